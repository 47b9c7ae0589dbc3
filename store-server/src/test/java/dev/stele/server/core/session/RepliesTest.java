// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RepliesTest {
  /** One write: which of the values so far it follows from, and what it says. */
  private record Write(int follows, long sequence, long mark) {}

  private static StoredReply reply(long sequence, int length) {
    return StoredReply.of(sequence, sequence * 31, Bytes.wrap(new byte[length]));
  }

  private static List<StoredReply> expected(List<StoredReply> before, Write write, StoredReply r) {
    List<StoredReply> kept = new ArrayList<>();
    before.stream().filter(old -> old.sequence() >= write.mark()).forEach(kept::add);
    int place = 0;
    while (place < kept.size() && kept.get(place).sequence() <= r.sequence()) {
      place++;
    }
    kept.add(place, r);
    return kept;
  }

  /** Values that follow from one another, and several from one, all stay what they were. */
  @Property
  void eachValueIsWhatAListWouldBeWhateverFollowsFromIt(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 9_999) Integer> draws) {
    List<Replies> values = new ArrayList<>(List.of(Replies.of(List.of())));
    List<List<StoredReply>> model = new ArrayList<>(List.of(List.of()));
    for (int draw : draws) {
      // Mostly from the newest, as in the store; the tenth time from any.
      int follows = draw % 10 == 0 ? draw % values.size() : values.size() - 1;
      Write write = new Write(follows, values.size() + draw % 3, values.size() - draw % 20);
      StoredReply reply = reply(write.sequence(), draw % 7);
      values.add(values.get(write.follows()).with(write.mark(), reply));
      model.add(expected(model.get(write.follows()), write, reply));
    }
    for (int i = 0; i < values.size(); i++) {
      assertThat(values.get(i)).isEqualTo(model.get(i));
      assertThat(values.get(i).sizeBytes())
          .isEqualTo(model.get(i).stream().mapToLong(StoredReply::sizeBytes).sum());
      assertThat(values.get(i).hash())
          .isEqualTo(model.get(i).stream().mapToLong(StoredReply::hash).sum());
    }
  }
}
