// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Tombstone;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class LaidRowsTest {
  @Test
  void nothingIsFoundInNothing() {
    LaidRows rows = new LaidRows();
    assertThat(rows.get(key(1))).isNull();
    assertThat(rows.within(KeyRange.ALL)).isEmpty();
  }

  @Test
  void theOnlyRowIsFoundAndTakesTheLatestValue() {
    LaidRows rows = new LaidRows();
    rows.put(row(1, 5));
    rows.put(row(1, 6));
    assertThat(rows.get(key(1))).isEqualTo(row(1, 6));
    assertThat(rows.get(key(2))).isNull();
    assertThat(rows.within(KeyRange.ALL)).containsExactly(Map.entry(key(1), row(1, 6)));
  }

  /** Scanned after some of the puts, or after all of them, or never before. */
  @Property(tries = 300)
  void itShowsWhatATreeOfTheSameRowsShows(
      @ForAll @Size(max = 30) List<@IntRange(max = 9) Integer> puts,
      @ForAll @IntRange(max = 30) int scannedAfter,
      @ForAll @IntRange(max = 9) int from,
      @ForAll @IntRange(max = 9) int to) {
    LaidRows rows = new LaidRows();
    NavigableMap<Key, Row> model = new TreeMap<>();
    KeyRange range = new KeyRange(key(from).bytes(), Optional.of(key(to).bytes()));
    for (int i = 0; i < puts.size(); i++) {
      Row row = row(puts.get(i), i + 1);
      rows.put(row);
      model.put(row.key(), row);
      if (i >= scannedAfter) {
        assertThat(rows.within(range)).isEqualTo(within(model, from, to));
      }
    }
    assertThat(rows.within(KeyRange.ALL)).isEqualTo(model);
    assertThat(rows.within(range)).isEqualTo(within(model, from, to));
    for (int name = 0; name < 10; name++) {
      assertThat(rows.get(key(name))).isEqualTo(model.get(key(name)));
    }
  }

  private static NavigableMap<Key, Row> within(NavigableMap<Key, Row> model, int from, int to) {
    return from < to ? model.subMap(key(from), true, key(to), false) : new TreeMap<>();
  }

  private static Key key(int name) {
    return Key.trusted(Bytes.utf8("config/" + name));
  }

  private static Row row(int name, long revision) {
    return new Tombstone(key(name), new Position(revision, 0));
  }
}
