// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import static dev.stele.server.crash.Lines.say;

import dev.stele.server.consensus.propose.Batch;
import dev.stele.server.consensus.ratis.Replica;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.ReclaimHolds;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import dev.stele.server.storage.FlushScheduler;
import dev.stele.server.storage.Reclaimer;
import dev.stele.server.storage.RocksStateStore;
import dev.stele.server.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A node below Raft in a process of its own, wired as a node is, that applies its log until it is
 * ended. It says what it has, does and promises; whoever started it judges.
 */
final class CrashProcess {
  private static final long HANGS_AFTER_SECONDS = 60;
  private static final int REINITIALIZE_EVERY = 331;
  private static final int ENTRIES_AT_ONCE = 64;

  private final Workload workload;
  private final RocksStateStore store;
  private final Replica replica;
  private final ScheduledExecutorService tending = Executors.newSingleThreadScheduledExecutor();
  private final Semaphore published = new Semaphore(0);
  private final Set<Long> reinitialized = new HashSet<>();
  private final boolean flushesOften;

  private CrashProcess(
      Path storeDirectory, Path logDirectory, Workload workload, StorageSettings settings) {
    this.workload = workload;
    this.flushesOften = settings.flushCommands() < ENTRIES_AT_ONCE;
    ScheduledFuture<?> unused =
        tending.schedule(() -> fault("it hangs", null), HANGS_AFTER_SECONDS, TimeUnit.SECONDS);
    store = RocksStateStore.open(storeDirectory, settings);
    say("opened", store.durable().index(), store.applied().term(), words(StateDigest.of(store)));
    replica = new Replica(store, logDirectory, CrashProcess::fault);
  }

  /** Where the store is, where the log; the seed of the log, that of this run; how it is to end. */
  public static void main(String[] arguments) {
    endWithWhoStartedThis();
    try {
      Crash crash = Crash.of(arguments[4]);
      Failpoints.arm(crash);
      StorageSettings settings =
          settings(new SplittableRandom(Long.parseLong(arguments[3])), crash.needsFlushes());
      Workload workload = new Workload(Long.parseLong(arguments[2]));
      new CrashProcess(Path.of(arguments[0]), Path.of(arguments[1]), workload, settings)
          .run(settings);
    } catch (Exception | Error e) {
      fault("the run failed", e);
    }
  }

  private static void endWithWhoStartedThis() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nobody says anything.
                }
              } catch (IOException e) {
                say("input", e);
              }
              Runtime.getRuntime().halt(3);
            },
            "crash-parent");
    watch.setDaemon(true);
    watch.start();
  }

  /** Flushes often, seldom, or only when RocksDB itself finds its buffers full. */
  private static StorageSettings settings(SplittableRandom random, boolean needsFlushes) {
    int[] flushCommands = {5, 20, 60, 1_000_000};
    int often = flushCommands[random.nextInt(needsFlushes ? 3 : 4)];
    long intervalMillis = random.nextBoolean() ? 5 : 10_000;
    return new StorageSettings(
        6 << 20,
        1 << 20,
        random.nextInt(3) * 20_000L,
        StorageSettings.Compression.LZ4,
        2,
        often,
        1 << 30,
        intervalMillis);
  }

  private void run(StorageSettings settings) throws Exception {
    say("log", replica.firstInLog(), replica.next());
    try (FlushScheduler scheduler =
            FlushScheduler.start(
                store, settings, Ticker.SYSTEM, CrashProcess::fault, this::published);
        Reclaimer reclaimer =
            Reclaimer.start(store, ReclaimHolds.NONE, Ticker.SYSTEM, CrashProcess::fault)) {
      for (long index = replica.next(); index < Workload.LENGTH; index = replica.next()) {
        apply(index);
        if (flushesOften && index % ENTRIES_AT_ONCE == 0) {
          awaitFlush();
        }
        if (index % REINITIALIZE_EVERY == 17 && reinitialized.add(index)) {
          replica.reinitialize();
        }
      }
      scheduler.close();
      reclaimer.close();
    }
    requireReclaimed();
    say("finished", store.applied().index(), store.applied().term(), words(StateDigest.of(store)));
    store.close();
    Runtime.getRuntime().halt(0);
  }

  /** Nothing is left that no crash kept reclaiming from taking away. */
  private void requireReclaimed() {
    long floor = store.meta().floor();
    while (store.reclaim(floor, ENTRIES_AT_ONCE)) {
      Thread.onSpinWait();
    }
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      List<Row> left = new ArrayList<>();
      snapshot.scan(KeyRange.ALL, row -> !row.compacted(floor) || left.add(row));
      snapshot.scanChanges(
          Position.NONE, change -> change.at().revision() > floor || left.add(change.row()));
      if (!left.isEmpty()) {
        throw new IllegalStateException("left below the floor: " + left);
      }
    }
  }

  /** As {@code ConsensusNode} does: the purge runs elsewhere. */
  private void published(LogPosition durable) {
    say("published", durable.index());
    published.release();
    tending.execute(
        () -> {
          say("snapshot", replica.snapshotIndex());
          replica.tend();
        });
  }

  /** Lets the disk keep up, so that a log has many flushes. */
  private void awaitFlush() throws InterruptedException {
    published.drainPermits();
    boolean ignored = published.tryAcquire(50, TimeUnit.MILLISECONDS);
  }

  private void apply(long index) throws IOException {
    LogPosition position = workload.position(index);
    long before = store.applied().index();
    String told = "";
    if (workload.isConfiguration(index)) {
      replica.applyConfiguration(position);
    } else {
      Stamp stamp = workload.stamp(index);
      List<Command> commands = workload.commands(index);
      if (index > before && workload.leads(position.term())) {
        Batch batch = replica.applyOwn(position, stamp, commands);
        told = ((Batch.Decided) batch.fate().join()).results().toString();
      } else {
        replica.apply(position, stamp, commands);
      }
    }
    String decided = Failpoints.takeResults();
    if (!told.isEmpty() && !told.equals(decided)) {
      throw new IllegalStateException("decided " + decided + ", and told " + told);
    }
    boolean passedOver = index <= before;
    long results = Twin.results(decided);
    say(passedOver ? "passed" : "applied", index, store.applied().index(), hash(), results);
  }

  private long hash() {
    return store.meta().stateHash();
  }

  private static String words(StateDigest digest) {
    return digest.toString().replace(" ", "");
  }

  private static void fault(String what, Throwable cause) {
    say("fault", what, cause);
    if (cause != null) {
      cause.printStackTrace(System.out);
    }
    Runtime.getRuntime().halt(2);
  }
}
