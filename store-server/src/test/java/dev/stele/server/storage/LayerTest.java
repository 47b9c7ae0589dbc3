// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Rows with their stamps, against a copy of everything for each stamp. */
final class LayerTest {
  private static final int KEYS = 5;
  private static final int STAMPS = 200_000;

  @Property
  void whoeverReadsAsOfAStampSeesWhatStoodThen(@ForAll("entries") List<Map<Integer, String>> all) {
    Layer<Integer, String> layer = new Layer<>(0);
    List<Map<Integer, String>> states = write(layer, all, false);
    for (int stamp = 0; stamp < states.size(); stamp++) {
      assertThat(read(layer, stamp)).isEqualTo(states.get(stamp));
      assertThat(ordered(layer, stamp)).isEqualTo(states.get(stamp));
    }
  }

  @Property
  void whoeverReadsTheLatestSeesItWhateverWasCutOff(
      @ForAll("entries") List<Map<Integer, String>> all) {
    Layer<Integer, String> layer = new Layer<>(0);
    List<Map<Integer, String>> states = new ArrayList<>();
    for (int stamp = 0; stamp < all.size(); stamp++) {
      states.addAll(write(layer, all.subList(stamp, stamp + 1), stamp, states, true));
      assertThat(read(layer, stamp)).isEqualTo(states.get(stamp));
      if (stamp > 0) {
        // Who took the last state before this entry came still reads it.
        assertThat(read(layer, stamp - 1)).isEqualTo(states.get(stamp - 1));
      }
    }
    assertThat(layer.sorted())
        .extracting(cell -> Map.entry(cell.key(), cell.newest()))
        .containsExactlyElementsOf(last(states).entrySet());
  }

  @Test
  void aReaderFindsEachKeyInOrderWhileOthersAreWritten() {
    Layer<Integer, Long> layer = new Layer<>(0);
    AtomicLong shown = new AtomicLong(-1);
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              while (shown.get() < STAMPS - 1) {
                readInOrder(layer, shown.get());
              }
            });
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              while (shown.get() < STAMPS - 1) {
                readInOrder(layer, shown.get());
              }
            });
    for (long stamp = 0; stamp < STAMPS; stamp++) {
      // A key of its own every hundredth time, and one that all write.
      layer.put((int) (stamp / 100), stamp, stamp, false);
      layer.put(-1, stamp, stamp, false);
      shown.set(stamp);
    }
    reader.join();
    other.join();
  }

  private static void readInOrder(Layer<Integer, Long> layer, long stamp) {
    if (stamp < 0) {
      return;
    }
    long expected = -1;
    for (Layer.Cell<Integer, Long> cell : layer.ordered().values()) {
      Long value = cell.at(stamp);
      if (cell.key() == -1) {
        assertThat(value).isEqualTo(stamp);
      } else if (value != null) {
        expected++;
        assertThat((long) cell.key()).isEqualTo(expected);
        assertThat(value).isEqualTo(Math.min(stamp, 100 * expected + 99));
      }
    }
    assertThat(expected).isEqualTo(stamp / 100);
  }

  @Provide
  Arbitrary<List<Map<Integer, String>>> entries() {
    Arbitrary<Map.Entry<Integer, String>> puts =
        Combinators.combine(
                Arbitraries.integers().between(0, KEYS - 1), Arbitraries.of("a", "b", "c", "d"))
            .as(Map::entry);
    Arbitrary<Map<Integer, String>> entry =
        puts.list()
            .ofMaxSize(3)
            .map(
                list -> {
                  Map<Integer, String> map = new TreeMap<>();
                  list.forEach(put -> map.put(put.getKey(), put.getValue()));
                  return map;
                });
    return entry.list().ofMinSize(1).ofMaxSize(20);
  }

  private static List<Map<Integer, String>> write(
      Layer<Integer, String> layer, List<Map<Integer, String>> entries, boolean onlyLatestIsRead) {
    return write(layer, entries, 0, List.of(), onlyLatestIsRead);
  }

  private static List<Map<Integer, String>> write(
      Layer<Integer, String> layer,
      List<Map<Integer, String>> entries,
      int firstStamp,
      List<Map<Integer, String>> before,
      boolean onlyLatestIsRead) {
    List<Map<Integer, String>> states = new ArrayList<>();
    Map<Integer, String> state = before.isEmpty() ? new TreeMap<>() : new TreeMap<>(last(before));
    int stamp = firstStamp;
    for (Map<Integer, String> entry : entries) {
      for (Map.Entry<Integer, String> put : entry.entrySet()) {
        // Twice in one entry: what came between is nobody's.
        assertThat(layer.put(put.getKey(), "unseen", stamp, onlyLatestIsRead))
            .isEqualTo(state.get(put.getKey()));
        layer.put(put.getKey(), put.getValue(), stamp, onlyLatestIsRead);
        state.put(put.getKey(), put.getValue());
      }
      states.add(new TreeMap<>(state));
      stamp++;
    }
    return states;
  }

  private static Map<Integer, String> last(List<Map<Integer, String>> states) {
    return states.get(states.size() - 1);
  }

  private static Map<Integer, String> read(Layer<Integer, String> layer, long stamp) {
    Map<Integer, String> found = new TreeMap<>();
    for (int key = 0; key < KEYS; key++) {
      String value = layer.at(key, stamp);
      if (value != null) {
        found.put(key, value);
      }
    }
    return found;
  }

  private static Map<Integer, String> ordered(Layer<Integer, String> layer, long stamp) {
    Map<Integer, String> found = new TreeMap<>();
    layer
        .ordered()
        .forEach(
            (key, cell) -> {
              String value = cell.at(stamp);
              if (value != null) {
                found.put(key, value);
              }
            });
    return found;
  }

  @Property
  void layersAreLaidOverEachOtherInTheOrderOfTheirKeys(
      @ForAll("entries") List<Map<Integer, String>> young,
      @ForAll("entries") List<Map<Integer, String>> old,
      @ForAll("entries") List<Map<Integer, String>> lowest) {
    Layer<Integer, String> younger = new Layer<>(0);
    Layer<Integer, String> older = new Layer<>(0);
    Map<Integer, String> below = last(write(new Layer<>(0), lowest, true));
    Map<Integer, String> expected = new TreeMap<>(below);
    expected.putAll(last(write(older, old, true)));
    // Behind the older ones, and not all of them count.
    List<Map<Integer, String>> states = write(younger, young, old.size(), List.of(), false);
    int counting = states.size() / 2;
    expected.putAll(states.get(counting));
    int stamp = old.size() + counting;

    for (int most = 1; most <= expected.size() + 1; most++) {
      assertThat(laid(younger, older, below, stamp, most))
          .containsExactlyElementsOf(expected.entrySet().stream().limit(most).toList());
    }
  }

  private static List<Map.Entry<Integer, String>> laid(
      Layer<Integer, String> younger,
      Layer<Integer, String> older,
      Map<Integer, String> below,
      long stamp,
      int most) {
    List<Map.Entry<Integer, String>> seen = new ArrayList<>();
    Laying<Integer, String> laying =
        new Laying<>(
            younger.ordered(),
            older.ordered(),
            stamp,
            (key, value) -> seen.add(Map.entry(key, value)) && seen.size() < most);
    boolean wantsMore = true;
    for (Map.Entry<Integer, String> row : below.entrySet()) {
      wantsMore = wantsMore && laying.below(row.getKey(), row.getValue());
    }
    laying.finish();
    return seen;
  }
}
