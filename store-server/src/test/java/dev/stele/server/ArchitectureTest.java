// SPDX-License-Identifier: Apache-2.0
package dev.stele.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The directions that never break. A package that does not exist yet breaks none of them. */
@AnalyzeClasses(packages = "dev.stele.server", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String CORE = "dev.stele.server.core..";
  private static final String PORT = "dev.stele.server.port..";
  private static final String STORAGE = "dev.stele.server.storage..";
  private static final String CONSENSUS = "dev.stele.server.consensus..";
  private static final String LEASE = "dev.stele.server.lease..";
  private static final String JANITOR = "dev.stele.server.janitor..";
  private static final String WATCH = "dev.stele.server.watch..";
  private static final String ADMISSION = "dev.stele.server.admission..";
  private static final String WIRE = "dev.stele.server.wire..";
  private static final String BOOT = "dev.stele.server.boot..";
  private static final String TESTING = "dev.stele.server.testing..";

  /** Null annotations are allowed everywhere: they leave no trace at run time. */
  private static final String NULLNESS = "org.jspecify.annotations..";

  @ArchTest
  static final ArchRule coreImportsTheJdkOnly =
      classes()
          .that()
          .resideInAPackage(CORE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", CORE, NULLNESS)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule coreTouchesNothingThatDiffersBetweenReplicas =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.util.concurrent..",
                      "java.util.logging..",
                      "java.net..",
                      "java.nio.file..")
                  .or(
                      assignableTo(Thread.class)
                          .or(assignableTo(ThreadLocal.class))
                          .or(assignableTo(RandomGenerator.class))
                          .or(assignableTo(java.time.Clock.class))))
          .because("a replica that reads a clock, a random number or a thread decides differently")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule coreKnowsNoHashOrder =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat(describe("are hash-ordered", ArchitectureTest::isHashOrdered))
          .because("the order of a hash table is no one's decision")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule coreCallsNothingThatDiffersBetweenReplicas =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .accessTargetWhere(impureAccess())
          .because("core is a function of view, stamp and command")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule portImportsCoreOnly =
      classes()
          .that()
          .resideInAPackage(PORT)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", CORE, PORT, NULLNESS)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule storageServesPortsAndKnowsNoNeighbour =
      nothingIn(STORAGE, CONSENSUS, LEASE, JANITOR, WATCH, ADMISSION, WIRE);

  @ArchTest
  static final ArchRule consensusServesPortsAndKnowsNoNeighbour =
      nothingIn(CONSENSUS, STORAGE, LEASE, JANITOR, WATCH, ADMISSION, WIRE);

  @ArchTest static final ArchRule leaseUsesPorts = nothingIn(LEASE, STORAGE, CONSENSUS, WIRE);

  @ArchTest
  static final ArchRule janitorUsesPorts =
      nothingIn(JANITOR, STORAGE, CONSENSUS, LEASE, WATCH, ADMISSION, WIRE);

  @ArchTest static final ArchRule watchUsesPorts = nothingIn(WATCH, STORAGE, CONSENSUS, WIRE);

  @ArchTest
  static final ArchRule admissionUsesPorts = nothingIn(ADMISSION, STORAGE, CONSENSUS, WIRE);

  @ArchTest static final ArchRule wireUsesPorts = nothingIn(WIRE, STORAGE, CONSENSUS);

  @ArchTest static final ArchRule onlyTestingImportsBoot = onlyIn(BOOT, BOOT, TESTING);

  @ArchTest static final ArchRule nothingImportsTesting = onlyIn(TESTING, TESTING);

  @ArchTest static final ArchRule rocksDbOnlyInStorage = onlyIn("org.rocksdb..", STORAGE);

  @ArchTest static final ArchRule ratisOnlyInConsensus = onlyIn("org.apache.ratis..", CONSENSUS);

  @ArchTest static final ArchRule grpcOnlyAtTheEdges = onlyIn("io.grpc..", WIRE, CONSENSUS);

  @ArchTest
  static final ArchRule protobufOnlyAtTheEdges = onlyIn("com.google.protobuf..", WIRE, CONSENSUS);

  @ArchTest
  static final ArchRule messagesOnlyAtTheEdges = onlyIn("dev.stele.proto..", WIRE, CONSENSUS);

  @ArchTest
  static final ArchRule serverNeverImportsItsClients =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.stele.client..", "dev.stele.cli..", "dev.stele.bench..", "dev.stele.jepsen..")
          .allowEmptyShould(true);

  private static ArchRule nothingIn(String home, String... strangers) {
    return noClasses()
        .that()
        .resideInAPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(strangers)
        .allowEmptyShould(true);
  }

  private static ArchRule onlyIn(String guarded, String... homes) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(guarded)
        .allowEmptyShould(true);
  }

  private static boolean isHashOrdered(JavaClass type) {
    return type.isEquivalentTo(HashMap.class)
        || type.isEquivalentTo(HashSet.class)
        || type.isAssignableTo(IdentityHashMap.class)
        || type.isAssignableTo(WeakHashMap.class);
  }

  private static DescribedPredicate<JavaAccess<?>> impureAccess() {
    return describe(
        "reads a clock or a random number, or leads to hash order", ArchitectureTest::isImpure);
  }

  private static boolean isImpure(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String method = access.getName();
    return switch (owner) {
      case "java.lang.System" ->
          Set.of("currentTimeMillis", "nanoTime", "identityHashCode", "getenv", "getProperty")
              .contains(method);
      case "java.lang.Math", "java.lang.StrictMath" -> method.equals("random");
      case "java.util.UUID" -> method.equals("randomUUID");
      case "java.util.Map" -> Set.of("of", "ofEntries", "copyOf").contains(method);
      case "java.util.Set" -> Set.of("of", "copyOf").contains(method);
      case "java.util.Collection" -> method.equals("parallelStream");
      case "java.util.stream.Collectors" -> collectsIntoHashOrder(access);
      default ->
          (owner.startsWith("java.time.") && method.equals("now"))
              || (owner.startsWith("java.util.stream.") && method.equals("parallel"));
    };
  }

  private static boolean collectsIntoHashOrder(JavaAccess<?> access) {
    boolean hashByDefault =
        Set.of("toMap", "groupingBy", "toSet", "toUnmodifiableSet", "toUnmodifiableMap")
            .contains(access.getName());
    boolean ownContainer =
        access.getTarget() instanceof CodeUnitAccessTarget target
            && target.getRawParameterTypes().stream()
                .anyMatch(type -> type.isEquivalentTo(Supplier.class));
    return hashByDefault && !ownContainer;
  }
}
