// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Tombstone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RecentTest {
  private static final long MAX_BYTES = 10_000;

  private final Recent<Key, Row> rows =
      new Recent<>(
          MAX_BYTES,
          (key, row) ->
              key.bytes().length()
                  + (row.isPresent() && row.get() instanceof Fact fact ? fact.body().length() : 0));
  private final List<Key> asked = new ArrayList<>();

  @Test
  void aRowIsAskedForOnce() {
    Fact fact = fact("a", 10);
    assertThat(row(fact.key(), Optional.of(fact))).contains(fact);
    assertThat(row(fact.key(), Optional.empty())).contains(fact);
    assertThat(row(Key.of("desired/none"), Optional.empty())).isEmpty();
    assertThat(row(Key.of("desired/none"), Optional.of(fact))).isEmpty();
    assertThat(asked).containsExactly(fact.key(), Key.of("desired/none"));
  }

  @Test
  void aPutReplacesWhatStoodAndWhatWasMissing() {
    Fact before = fact("a", 10);
    row(before.key(), Optional.of(before));
    row(Key.of("desired/b"), Optional.empty());
    Tombstone deleted = new Tombstone(before.key(), new Position(2, 0));
    Fact made = fact("b", 5);
    rows.put(deleted.key(), Optional.of(deleted));
    rows.put(made.key(), Optional.of(made));

    assertThat(row(before.key(), Optional.empty())).contains(deleted);
    assertThat(row(made.key(), Optional.empty())).contains(made);
    assertThat(asked).hasSize(2);
  }

  @Test
  void theOldestGoWhenThereAreTooManyBytes() {
    for (int i = 0; i < 1_000; i++) {
      Fact fact = fact("k" + i, 1_000);
      rows.put(fact.key(), Optional.of(fact));
      row(Key.of("desired/k0"), Optional.empty());
      assertThat(rows.sizeBytes()).isBetween(1L, MAX_BYTES);
    }
    assertThat(asked).isEmpty();
    row(Key.of("desired/k1"), Optional.empty());
    assertThat(asked).containsExactly(Key.of("desired/k1"));
  }

  @Test
  void aRowThatIsTooLargeIsNotKept() {
    Fact large = fact("large", (int) MAX_BYTES);
    assertThat(row(large.key(), Optional.of(large))).contains(large);
    assertThat(rows.sizeBytes()).isZero();
  }

  private Optional<Row> row(Key key, Optional<Row> elsewhere) {
    return rows.row(
        key,
        missing -> {
          asked.add(missing);
          return elsewhere;
        });
  }

  private static Fact fact(String name, int bodyBytes) {
    return new Fact(
        Key.of("desired/" + name),
        Bytes.wrap(new byte[bodyBytes]),
        1,
        new Position(1, 0),
        1,
        Optional.empty());
  }
}
