// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where messages are cut. */
final class BatchTest {
  private static final int QUARTER = Batch.MESSAGE_BYTES / 4;

  private final List<String> sent = new ArrayList<>();
  private int room = Integer.MAX_VALUE;
  private final Batch batch =
      new Batch(
          (events, fragment, through) -> {
            if (room == 0) {
              return false;
            }
            room--;
            sent.add(events.size() + (fragment ? "+" : "") + " through " + through);
            return true;
          });

  private boolean add(long revision, int index, int bytes) {
    return batch.add(new Position(revision, index), Bytes.wrap(new byte[bytes]));
  }

  @Test
  void aRevisionOfExactlyOneMessageIsWhole() {
    for (int i = 0; i < 4; i++) {
      assertThat(add(7, i, QUARTER)).isTrue();
    }
    assertThat(batch.flush()).isTrue();
    assertThat(sent).containsExactly("4 through 7");
  }

  @Test
  void aByteMoreCutsItAndMarksThePart() {
    for (int i = 0; i < 4; i++) {
      assertThat(add(7, i, QUARTER)).isTrue();
    }
    assertThat(add(7, 4, 1)).isTrue();
    assertThat(batch.flush()).isTrue();
    assertThat(sent).containsExactly("4+ through 6", "1 through 7");
  }

  @Test
  void whatCameBeforeALongRevisionGoesFirstSoThatItStaysWhole() {
    assertThat(add(5, 0, 1_000)).isTrue();
    for (int i = 0; i < 4; i++) {
      assertThat(add(7, i, QUARTER)).isTrue();
    }
    assertThat(batch.flush()).isTrue();
    assertThat(sent).containsExactly("1 through 6", "4 through 7");
  }

  @Test
  void aFullMessageTakesNoFurtherRevision() {
    assertThat(add(1, 0, Batch.ENOUGH_BYTES - 1)).isTrue();
    assertThat(add(2, 0, 1)).isTrue();
    assertThat(sent).isEmpty();
    assertThat(add(3, 0, 1)).isTrue();
    assertThat(sent).containsExactly("2 through 2");
  }

  @Test
  void oneLongEventIsSentAlone() {
    assertThat(add(1, 0, Batch.MESSAGE_BYTES + 5)).isTrue();
    assertThat(add(1, 1, 1)).isTrue();
    assertThat(batch.flush()).isTrue();
    assertThat(sent).containsExactly("1+ through 0", "1 through 1");
  }

  @Test
  void whatIsNotTakenIsWhereItGoesOn() {
    room = 1;
    for (int i = 0; i < 9; i++) {
      if (!add(4, i, QUARTER)) {
        assertThat(i).isEqualTo(8);
      }
    }
    assertThat(sent).containsExactly("4+ through 3");
    assertThat(batch.first()).isEqualTo(new Position(4, 4));
  }
}
