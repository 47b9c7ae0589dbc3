// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Json;
import dev.stele.client.MemberReport;
import dev.stele.client.ReportOutcome;
import dev.stele.client.StoreClient;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import java.util.List;
import picocli.CommandLine.Mixin;

/** A command that says how a member fares. */
abstract class ReportingCommand extends StoreCommand {
  @Mixin private LifeOption life = new LifeOption();

  private MemberReport report =
      MemberReport.capacity(new dev.stele.client.LeaseRef("", 1), java.util.Map.of());

  ReportingCommand(Terminal terminal) {
    super(terminal);
  }

  /** What is to be said. */
  abstract MemberReport report(LifeOption life);

  @Override
  protected final void prepare() {
    report = report(life);
  }

  @Override
  protected final int run(StoreClient client) throws Exception {
    ReportOutcome outcome = await(client.members().report(List.of(report))).get(0);
    if (outcome instanceof ReportOutcome.Written written) {
      show("WRITTEN", written.revision(), "revision " + written.revision());
    } else if (outcome instanceof ReportOutcome.Unchanged) {
      show("UNCHANGED", 0, "unchanged: too near to what is written to be worth a write");
    } else {
      throw failure(outcome);
    }
    return ExitCode.OK;
  }

  private void show(String outcome, long revision, String text) {
    if (!isJson()) {
      print(text);
      return;
    }
    ObjectNode document = Json.object().put("name", life.name()).put("outcome", outcome);
    print(revision == 0 ? document : document.put("revision", revision));
  }

  private static RuntimeException failure(ReportOutcome outcome) {
    if (outcome instanceof ReportOutcome.Deferred deferred) {
      String after = Durations.show(deferred.after());
      return new CliException(
          Reason.OVER_BUDGET, "too many reports are written: say it again after " + after, null);
    }
    if (outcome instanceof ReportOutcome.Lost lost) {
      return new CliException(Reason.FENCED, lost.message(), null);
    }
    if (outcome instanceof ReportOutcome.Refused refused) {
      return new CliException(Reason.INVALID_FIELD, refused.message(), null);
    }
    String message =
        outcome instanceof ReportOutcome.Unknown unknown ? unknown.message() : outcome.toString();
    return new OutcomeUnknownException(message, null);
  }
}
