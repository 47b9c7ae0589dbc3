// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.micro.Microbenchmark;
import dev.stele.server.micro.Puts;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What an entry of puts costs the store, on the disk and with the flushes of a node. What is
 * committed has to be decided before, on sessions that move on, so that is told alone too: the
 * commit is the difference.
 */
@State(Scope.Benchmark)
public class CommitBenchmark extends Microbenchmark {
  private static final Stamp STAMP = new Stamp(1, 0, 0);

  /** Puts of an entry. */
  @Param({"1", "64", "512"})
  public int commands;

  private final Puts puts = new Puts();
  private Path directory;
  private RocksStateStore store;
  private FlushScheduler flushes;
  private List<Command> next;
  private long index;

  /** Opens a store, writes the facts that are written again, and lets sessions have answers. */
  @Setup
  public void open() throws IOException {
    directory = Files.createTempDirectory(Path.of("target"), "commit-benchmark");
    StorageSettings settings = StorageSettings.defaults();
    store = RocksStateStore.open(directory, settings);
    flushes =
        FlushScheduler.start(store, settings, Ticker.SYSTEM, CommitBenchmark::fail, durable -> {});
    commit(decided(new Puts().plain(Puts.KEYS)));
    commit(decided(puts.underSessions(Puts.UNDER_WAY)));
    next = puts.underSessions(commands);
  }

  private static void fail(String what, Throwable cause) {
    throw new IllegalStateException(what, cause);
  }

  /** Takes the store away. */
  @TearDown
  public void close() throws IOException {
    flushes.close();
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(CommitBenchmark::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Decided decided(List<Command> entry) {
    return EntryRule.decide(store.latest(), STAMP, entry);
  }

  private void commit(Decided decided) {
    index++;
    store.commit(new LogPosition(1, index), decided.effects());
  }

  /** Makes an entry, and decides the first one on what the store holds. */
  @Benchmark
  public Decided decide(Blackhole made) {
    made.consume(puts.underSessions(commands));
    return decided(next);
  }

  /** Makes an entry, decides it, and commits it. */
  @Benchmark
  public Decided decideAndCommit() {
    Decided decided = decided(puts.underSessions(commands));
    commit(decided);
    return decided;
  }
}
