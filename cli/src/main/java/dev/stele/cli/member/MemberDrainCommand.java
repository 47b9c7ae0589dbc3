// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.Terminal;
import dev.stele.client.MemberReport;
import dev.stele.client.kind.Member.Health;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code stele member drain}. */
@Command(
    name = "drain",
    header = "Give a member nothing more.",
    description =
        "Its health becomes draining: it gets no further claim and keeps those that it has. 'stele"
            + " member report --health healthy' takes it back.",
    footerHeading = "%nExample:%n",
    footer = "  stele member drain rack1/node7 --token 41")
public final class MemberDrainCommand extends ReportingCommand {
  /** For this terminal. */
  public MemberDrainCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  MemberReport report(LifeOption life) {
    return new MemberReport(
        life.lease(), Optional.of(Health.DRAINING), Optional.empty(), Optional.empty());
  }
}
