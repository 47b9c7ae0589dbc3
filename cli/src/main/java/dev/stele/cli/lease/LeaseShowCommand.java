// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Printable;
import dev.stele.client.LeaseInfo;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stele lease show}. */
@Command(
    name = "show",
    header = "Show who holds a lease.",
    description = "Exit code 1 when nobody does.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele lease show controllers/scheduler",
      "  stele lease show controllers/scheduler -o json"
    })
public final class LeaseShowCommand extends StoreCommand {
  @Parameters(paramLabel = "NAME", description = "The lease, without the kind.")
  private String name = "";

  /** For this terminal. */
  public LeaseShowCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    LeaseInfo lease =
        await(client.leases().get(name))
            .orElseThrow(
                () -> new CliException(Reason.NOT_FOUND, "nobody holds lease/" + name, "name"));
    if (isJson()) {
      print(LeaseJson.of(lease));
      return ExitCode.OK;
    }
    print("lease/" + Printable.of(lease.lease().name()));
    print("  holder       " + Printable.of(lease.holder()));
    print("  token        " + lease.lease().token());
    print("  ttl          " + Durations.show(lease.ttl()));
    print("  remaining    " + Durations.show(lease.remaining()));
    print("  bound facts  " + lease.boundFacts());
    print("  waiters      " + lease.waiters());
    if (lease.metadata().length > 0) {
      print("  metadata     " + Printable.of(new String(lease.metadata(), StandardCharsets.UTF_8)));
    }
    return ExitCode.OK;
  }
}
