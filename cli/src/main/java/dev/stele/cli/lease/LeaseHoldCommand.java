// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.Terminal;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stele lease hold}. */
@Command(
    name = "hold",
    header = "Run a command while a lease is held.",
    description = {
      "Acquires the lease, runs COMMAND, renews the lease meanwhile, and releases it when COMMAND has"
          + " ended. COMMAND finds the lease's name in STELE_LEASE and its token in STELE_TOKEN.",
      "",
      "COMMAND runs in a process group of its own, which is ended as a whole when the lease can't be"
          + " renewed: by SIGTERM shortly before its time is over, by SIGKILL then; at once by SIGKILL"
          + " when this program is killed, and when somebody else has the lease. A watchdog in a"
          + " session of its own sees to that, even while this program is stopped. What COMMAND leaves"
          + " behind in its group is ended as well. Ctrl-C and SIGTERM ask COMMAND to end, and the"
          + " lease is released after it has.",
      "",
      "A machine that is paused as a whole can still wake a moment too late: let COMMAND write under"
          + " --guard $STELE_LEASE:$STELE_TOKEN what must not be written twice.",
      "",
      "Exit code: COMMAND's (128 and the signal that ended it); 1 when the lease is held by somebody"
          + " else or was lost."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele lease hold controllers/scheduler --ttl 10s --wait 1h -- ./scheduler --verbose",
      "  stele lease hold jobs/nightly --ttl 30s -- sh -c 'stele put desired/prod/web --replicas 5"
          + " --guard $STELE_LEASE:$STELE_TOKEN'"
    })
public final class LeaseHoldCommand extends HoldingCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The lease, without the kind.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "What to run, behind --.")
  private List<String> command = new ArrayList<>();

  @Mixin private HoldingOptions holding = new HoldingOptions();

  private LeaseOptions options = LeaseOptions.ttl(Duration.ZERO);

  /** For this terminal. */
  public LeaseHoldCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    options = holding.options();
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    LeaseHandle lease = await(client.leases().acquire(name, options));
    return runUnder(new Holding(lease, Map.of(), lease::release), command);
  }
}
