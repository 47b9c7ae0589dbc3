// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A judge shares no code with what it judges. */
@AnalyzeClasses(packages = "dev.stele.jepsen", importOptions = DoNotIncludeTests.class)
final class JepsenArchitectureTest {
  @ArchTest
  static final ArchRule judgesNeverImportTheServer =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.stele.server..", "dev.stele.cli..")
          .allowEmptyShould(true);
}
