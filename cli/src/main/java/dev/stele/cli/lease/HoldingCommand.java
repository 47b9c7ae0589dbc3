// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A command that holds a lease for as long as it runs, and runs another program meanwhile or
 * nothing.
 */
public abstract class HoldingCommand extends StoreCommand {
  /** How long a program that was asked to end may take. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** SIGTERM comes this part of the TTL before SIGKILL, or the most. */
  private static final int WARNING_PART = 6;

  private static final Duration MAX_WARNING = Duration.ofSeconds(5);

  /** The watchdog is told this often of the TTL how long it is, within bounds. */
  private static final int LOOKS_A_TTL = 20;

  private static final long MIN_LOOK_MILLIS = 20;
  private static final long MAX_LOOK_MILLIS = 250;

  protected HoldingCommand(Terminal terminal) {
    super(terminal);
  }

  /**
   * A lease that is held.
   *
   * @param environment what a program under it finds, besides STELE_LEASE and STELE_TOKEN
   * @param giveUp ends the holding in order
   */
  public record Holding(
      LeaseHandle lease,
      Map<String, String> environment,
      Supplier<CompletableFuture<LeaseChange>> giveUp) {}

  /**
   * Runs {@code program} under the lease, and gives that up when it has ended.
   *
   * @return the program's exit code
   * @throws CliException when the lease was lost
   */
  protected final int runUnder(Holding holding, List<String> program) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (Watchdog watchdog = start(holding, program)) {
      Thread ender = new Thread(() -> end(watchdog, done), "end-command");
      Runtime.getRuntime().addShutdownHook(ender);
      try {
        watch(watchdog, holding.lease());
        giveUp(holding, watchdog.wasOverdue());
      } finally {
        unhook(ender);
      }
      return watchdog.exitCode();
    } finally {
      done.countDown();
    }
  }

  /**
   * Holds the lease until Ctrl-C or SIGTERM, and gives it up then.
   *
   * @throws CliException when the lease was lost
   */
  protected final int stayUnder(Holding holding) throws Exception {
    // What was printed is to be seen now, and not when this has ended.
    terminal().out().flush();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    CountDownLatch done = new CountDownLatch(1);
    Thread ender =
        new Thread(
            () -> {
              asked.complete(null);
              awaitDone(done);
            },
            "give-up");
    Runtime.getRuntime().addShutdownHook(ender);
    try {
      await(CompletableFuture.anyOf(holding.lease().lost(), asked));
      giveUp(holding, false);
    } finally {
      done.countDown();
      unhook(ender);
    }
    return ExitCode.OK;
  }

  private Watchdog start(Holding holding, List<String> program) throws Exception {
    LeaseHandle lease = holding.lease();
    Duration warning = lease.ttl().dividedBy(WARNING_PART);
    Map<String, String> environment = new HashMap<>(holding.environment());
    environment.put("STELE_LEASE", lease.name());
    environment.put("STELE_TOKEN", String.valueOf(lease.token()));
    try {
      return Watchdog.start(
          program, environment, warning.compareTo(MAX_WARNING) < 0 ? warning : MAX_WARNING, GRACE);
    } catch (IOException | CliException notStarted) {
      await(holding.giveUp().get());
      throw notStarted;
    }
  }

  /** Tells the watchdog how long, until the program has ended. */
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

  private void giveUp(Holding holding, boolean overdue) throws Exception {
    LeaseHandle lease = holding.lease();
    LeaseStatus status = lease.status();
    if (status.state() == LeaseState.LOST || overdue) {
      throw lost(lease, status.loss().map(Enum::name).orElse("EXPIRED"), status.detail());
    }
    try {
      await(holding.giveUp().get());
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

  /** On Ctrl-C or SIGTERM. The lease is renewed until the program has ended, and then given up. */
  private void end(Watchdog watchdog, CountDownLatch done) {
    try {
      watchdog.end();
    } catch (IOException e) {
      // The pipe ends with this process, and the program with the pipe.
      terminal().err().println("stele: can't ask the command to end: " + e);
      return;
    }
    awaitDone(done);
  }

  private void awaitDone(CountDownLatch done) {
    try {
      if (!done.await(GRACE.plus(timeout()).toMillis(), TimeUnit.MILLISECONDS)) {
        terminal().err().println("stele: the command did not end, or the lease was not released");
      }
    } catch (InterruptedException e) {
      terminal().err().println("stele: can't wait for the command to end: " + e);
      Thread.currentThread().interrupt();
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
