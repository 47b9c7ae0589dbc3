// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The index finds whom a list that is gone through finds. */
final class RangeIndexTest {
  private record Entry(KeyRange range, Integer member) {}

  @Property(tries = 200)
  void itFindsWhatAListFinds(@ForAll long seed) {
    Random random = new Random(seed);
    RangeIndex<Integer> index = new RangeIndex<>();
    List<Entry> list = new ArrayList<>();
    for (int step = 0; step < 300; step++) {
      if (random.nextInt(3) > 0 || list.isEmpty()) {
        Entry entry = new Entry(range(random), step);
        list.add(entry);
        index.add(entry.range(), entry.member());
      } else {
        Entry entry = list.remove(random.nextInt(list.size()));
        index.remove(entry.range(), entry.member());
      }
      Key key = Key.trusted(bytes(random));
      List<Integer> found = new ArrayList<>();
      index.find(key, found::add);
      assertThat(found)
          .containsExactlyInAnyOrderElementsOf(
              list.stream().filter(it -> it.range().contains(key)).map(Entry::member).toList());
      assertThat(index.ranges())
          .isEqualTo((int) list.stream().map(Entry::range).distinct().count());
    }
  }

  private static KeyRange range(Random random) {
    Bytes from = bytes(random);
    return switch (random.nextInt(4)) {
      case 0 -> KeyRange.prefix(from);
      case 1 -> new KeyRange(from, Optional.empty());
      default -> new KeyRange(from, Optional.of(bytes(random)));
    };
  }

  private static Bytes bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(4)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(4));
    }
    return Bytes.wrap(bytes);
  }

  @Test
  void whoIsNotThereIsNotTakenAway() {
    RangeIndex<String> index = new RangeIndex<>();
    index.add(KeyRange.ALL, "a");
    index.remove(KeyRange.ALL, "b");
    index.remove(KeyRange.prefix(Bytes.utf8("x")), "a");
    assertThat(index.ranges()).isEqualTo(1);
    index.remove(KeyRange.ALL, "a");
    assertThat(index.isEmpty()).isTrue();
  }
}
