// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
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
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What an entry of puts costs the store, on the disk and with the flushes of a node. What is
 * committed has to be decided before, so that is told alone too: the commit is the difference.
 */
@State(Scope.Benchmark)
public class CommitBenchmark extends Microbenchmark {
  private static final Stamp STAMP = new Stamp(1, 0, 0);

  /** Puts of an entry. */
  @Param({"1", "64", "512"})
  public int puts;

  private final Puts commands = new Puts();
  private Path directory;
  private RocksStateStore store;
  private FlushScheduler flushes;
  private long index;

  /** A store of its own for each iteration: what is committed stays. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    directory = Files.createTempDirectory(Path.of("target"), "commit-benchmark");
    StorageSettings settings = StorageSettings.defaults();
    store = RocksStateStore.open(directory, settings);
    flushes =
        FlushScheduler.start(store, settings, Ticker.SYSTEM, CommitBenchmark::fail, durable -> {});
    index = 0;
    commit(EntryRule.decide(store.latest(), STAMP, new Puts().plain(Puts.KEYS)));
  }

  private static void fail(String what, Throwable cause) {
    throw new IllegalStateException(what, cause);
  }

  /** Takes the store away. */
  @TearDown(Level.Iteration)
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

  private void commit(Decided decided) {
    index++;
    store.commit(new LogPosition(1, index), decided.effects());
  }

  /** Decides an entry on what the store holds. */
  @Benchmark
  public Decided decide() {
    return EntryRule.decide(store.latest(), STAMP, commands.underSessions(puts));
  }

  /** The same, and commits it. */
  @Benchmark
  public Decided decideAndCommit() {
    Decided decided = decide();
    commit(decided);
    return decided;
  }
}
