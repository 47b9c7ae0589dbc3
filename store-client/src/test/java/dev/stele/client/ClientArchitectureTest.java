// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;

/** The client stands alone, and what it shows its users is its own. */
@AnalyzeClasses(packages = "dev.stele.client", importOptions = DoNotIncludeTests.class)
final class ClientArchitectureTest {
  private static final List<String> HIDDEN =
      List.of(
          "io.grpc.",
          "com.google.protobuf.",
          "com.google.common.",
          "io.netty.",
          "dev.stele.proto.",
          "dev.stele.v1.",
          "dev.stele.client.internal.");

  @ArchTest
  static final ArchRule clientNeverImportsTheServer =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.stele.server..", "dev.stele.cli..", "dev.stele.bench..", "dev.stele.jepsen..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule publicApiShowsNoTransport =
      classes()
          .that()
          .arePublic()
          .and()
          .resideOutsideOfPackage("dev.stele.client.internal..")
          .should(showNoHiddenType())
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyTheInsideKnowsTheTransport =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.stele.client.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "com.google..", "io.netty..", "dev.stele.proto..");

  @ArchTest
  static final ArchRule theMachinesClockIsReadInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.stele.client.internal.time..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.util\\.concurrent\\.ThreadLocalRandom|java\\.time\\.Clock");

  private static ArchCondition<JavaClass> showNoHiddenType() {
    return new ArchCondition<>("show no gRPC, Protobuf, Netty, Guava, message or internal type") {
      @Override
      public void check(JavaClass owner, ConditionEvents events) {
        Stream<JavaType> parents =
            Stream.concat(owner.getSuperclass().stream(), owner.getInterfaces().stream());
        check(owner, owner.getName(), parents, events);
        owner.getMembers().stream()
            .filter(ClientArchitectureTest::isVisible)
            .forEach(member -> check(owner, member.getFullName(), shown(member), events));
      }

      private void check(
          JavaClass owner, String where, Stream<JavaType> types, ConditionEvents events) {
        types
            .flatMap(type -> type.getAllInvolvedRawTypes().stream())
            .map(type -> type.getBaseComponentType().getName())
            .filter(name -> HIDDEN.stream().anyMatch(name::startsWith))
            .distinct()
            .map(name -> where + " shows " + name)
            .forEach(message -> events.add(SimpleConditionEvent.violated(owner, message)));
      }
    };
  }

  private static boolean isVisible(JavaMember member) {
    return member.getModifiers().contains(PUBLIC) || member.getModifiers().contains(PROTECTED);
  }

  private static Stream<JavaType> shown(JavaMember member) {
    Stream<JavaType> involved = member.getAllInvolvedRawTypes().stream().map(JavaType.class::cast);
    Stream<JavaType> thrown =
        member instanceof JavaCodeUnit unit
            ? unit.getExceptionTypes().stream().map(JavaType.class::cast)
            : Stream.empty();
    return Stream.concat(involved, thrown);
  }
}
