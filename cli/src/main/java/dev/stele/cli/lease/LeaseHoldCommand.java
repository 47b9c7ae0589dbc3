// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.CliException;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.StoreClient;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
public final class LeaseHoldCommand extends StoreCommand {
  /** How long a command that was asked to end may take. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** SIGTERM comes this part of the TTL before SIGKILL, or the most. */
  private static final int WARNING_PART = 6;

  private static final Duration MAX_WARNING = Duration.ofSeconds(5);

  /** The watchdog is told this often of the TTL how long it is, within bounds. */
  private static final int LOOKS_A_TTL = 20;

  private static final long MIN_LOOK_MILLIS = 20;
  private static final long MAX_LOOK_MILLIS = 250;

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
    CountDownLatch done = new CountDownLatch(1);
    try (Watchdog watchdog = start(lease)) {
      Thread ender = new Thread(() -> end(watchdog, done), "end-command");
      Runtime.getRuntime().addShutdownHook(ender);
      try {
        watch(watchdog, lease);
        release(lease, watchdog.wasOverdue());
      } finally {
        unhook(ender);
      }
      return watchdog.exitCode();
    } finally {
      done.countDown();
    }
  }

  private Watchdog start(LeaseHandle lease) throws Exception {
    Duration warning = lease.ttl().dividedBy(WARNING_PART);
    try {
      return Watchdog.start(
          command,
          Map.of("STELE_LEASE", lease.name(), "STELE_TOKEN", String.valueOf(lease.token())),
          warning.compareTo(MAX_WARNING) < 0 ? warning : MAX_WARNING,
          GRACE);
    } catch (IOException | CliException notStarted) {
      await(lease.release());
      throw notStarted;
    }
  }

  /** Tells the watchdog how long, until the command has ended. */
  private static void watch(Watchdog watchdog, LeaseHandle lease)
      throws IOException, InterruptedException {
    long look = lease.ttl().toMillis() / LOOKS_A_TTL;
    Duration between =
        Duration.ofMillis(Math.max(MIN_LOOK_MILLIS, Math.min(MAX_LOOK_MILLIS, look)));
    boolean abandoned = false;
    do {
      // In this order: a pause between the two makes the deadline earlier.
      long bootMillis = Watchdog.bootMillis();
      Duration remaining = lease.remaining();
      if (!remaining.isZero()) {
        watchdog.until(bootMillis + remaining.toMillis());
      } else if (!abandoned) {
        abandoned = true;
        watchdog.abandon();
      }
    } while (!watchdog.awaitEnd(between));
  }

  private void release(LeaseHandle lease, boolean overdue) throws Exception {
    LeaseStatus status = lease.status();
    if (status.state() == LeaseState.LOST || overdue) {
      throw lost(lease, status.loss().map(Enum::name).orElse("EXPIRED"), status.detail());
    }
    try {
      await(lease.release());
    } catch (FencedException fenced) {
      throw lost(lease, "FENCED", fenced.getMessage());
    } catch (SteleException notReleased) {
      String why = notReleased.reason() + ": " + notReleased.getMessage();
      terminal().err().println("stele: not released, its TTL will end it: " + why);
    }
  }

  private static CliException lost(LeaseHandle lease, String how, String detail) {
    String why = detail.isEmpty() ? "" : ": " + detail;
    String which = "the lease " + lease.name() + " with token " + lease.token();
    return new CliException(Reason.FENCED, which + " was lost (" + how + ")" + why, null);
  }

  /** On Ctrl-C or SIGTERM. The lease is renewed until the command has ended, and then released. */
  private void end(Watchdog watchdog, CountDownLatch done) {
    try {
      watchdog.end();
      if (!done.await(GRACE.plus(timeout()).toMillis(), TimeUnit.MILLISECONDS)) {
        terminal().err().println("stele: the command did not end, or the lease was not released");
      }
    } catch (IOException | InterruptedException e) {
      // The pipe ends with this process, and the command with the pipe.
      terminal().err().println("stele: can't wait for the command to end: " + e);
    }
  }

  private static void unhook(Thread ender) {
    try {
      Runtime.getRuntime().removeShutdownHook(ender);
    } catch (IllegalStateException ending) {
      // It runs already, and waits for this to be done.
      return;
    }
  }
}
