// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.CliException;
import dev.stele.cli.Terminal;
import dev.stele.client.MemberReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stele member report}. */
@Command(
    name = "report",
    header = "Say how a member fares, and what it has to give.",
    description = {
      "Only what matters is written: another health, other labels, or a capacity that is further"
          + " from the written one than a threshold. What no option names stays as it is; of"
          + " capacity and labels, all is said that there is.",
      "Ends with 1 when this life of the member is over, and when the write budget is used up."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele member report rack1/node7 --token 41 --capacity slots=3 --capacity memoryBytes=8000000000",
      "  stele member report rack1/node7 --token 41 --health degraded"
    })
public final class MemberReportCommand extends ReportingCommand {
  @Mixin private MemberOptions said = new MemberOptions();

  /** For this terminal. */
  public MemberReportCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  MemberReport report(LifeOption life) {
    MemberReport report =
        new MemberReport(life.lease(), said.health(), said.capacity(), said.labels());
    if (report.health().isEmpty() && report.capacity().isEmpty() && report.labels().isEmpty()) {
      throw CliException.badInput("--health", "say something: --health, --capacity or --label");
    }
    return report;
  }
}
