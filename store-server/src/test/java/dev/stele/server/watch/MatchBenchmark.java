// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.micro.Microbenchmark;
import dev.stele.server.micro.Puts;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to find out whom a change concerns. */
@State(Scope.Benchmark)
public class MatchBenchmark extends Microbenchmark {
  /** How many watch. */
  @Param({"1", "100", "10000"})
  public int watchers;

  private final RangeIndex<Selector> apart = new RangeIndex<>();
  private final RangeIndex<Integer> together = new RangeIndex<>();
  private final List<Selector> selectors = new ArrayList<>();
  private Key key;

  /** Lets them watch. */
  @Setup
  public void watch() {
    KeyRange all = KeyRange.prefix(Bytes.utf8("config/"));
    for (int watcher = 0; watcher < watchers; watcher++) {
      Selector own = Selector.range(KeyRange.single(Puts.key(watcher)));
      selectors.add(own);
      own.ranges().forEach(range -> apart.add(range, own));
      together.add(all, watcher);
    }
    key = Puts.key(watchers / 2);
  }

  /** Each watches a key of its own: one is found. */
  @Benchmark
  public void ownKeys(Blackhole found) {
    apart.find(key, found::consume);
  }

  /** All watch the same prefix: all are found. */
  @Benchmark
  public void onePrefix(Blackhole found) {
    together.find(key, found::consume);
  }

  /** Each is asked, as when it catches up. */
  @Benchmark
  public int asked() {
    int selected = 0;
    for (Selector selector : selectors) {
      if (selector.selects(key)) {
        selected++;
      }
    }
    return selected;
  }
}
