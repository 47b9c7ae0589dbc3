// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RingTest {
  private static List<Change> revision(long revision, int changes, int bodyBytes) {
    return IntStream.range(0, changes)
        .<Change>mapToObj(
            i ->
                new Change.Put(
                    new Fact(
                        Key.of("desired/k" + i),
                        Bytes.wrap(new byte[bodyBytes]),
                        revision,
                        new Position(revision, i),
                        1,
                        Optional.empty()),
                    Position.NONE))
        .toList();
  }

  @Test
  void aRevisionIsThereUntilAsManyAsThereAreSlotsFollow() {
    Ring ring = new Ring(8, 1 << 20);
    for (long revision = 1; revision <= 8; revision++) {
      ring.add(revision, revision(revision, 2, 10));
    }
    assertThat(ring.get(1)).isNotNull();
    assertThat(ring.get(9)).isNull();
    ring.add(9, revision(9, 1, 10));
    assertThat(ring.get(1)).isNull();
    assertThat(ring.get(2).events()).hasSize(2);
    assertThat(ring.get(9).events()).hasSize(1);
  }

  @Test
  void theOldestRevisionsMakeRoomForTheBytesOfANewOne() {
    Ring ring = new Ring(64, 10_000);
    for (long revision = 1; revision <= 50; revision++) {
      ring.add(revision, revision(revision, 1, 700));
      assertThat(ring.bytes()).isLessThanOrEqualTo(10_000);
    }
    assertThat(ring.get(50)).isNotNull();
    assertThat(ring.get(42)).isNotNull();
    assertThat(ring.get(41)).isNull();
  }

  @Test
  void aRevisionThatNeverFitsIsLeftOutAndNothingElse() {
    Ring ring = new Ring(64, 10_000);
    ring.add(1, revision(1, 20, 700));
    assertThat(ring.get(1)).isNull();
    assertThat(ring.bytes()).isZero();
    ring.add(2, revision(2, 1, 700));
    assertThat(ring.get(2)).isNotNull();
  }

  @Test
  void whatIsEncodedCountsUntilItsRevisionIsGone() {
    Ring ring = new Ring(2, 1 << 20);
    ring.add(1, revision(1, 1, 100));
    long before = ring.bytes();
    RingRevision held = ring.get(1);
    Bytes encoded = held.events().get(0).alone(new SimEncoderOfLength(500));
    assertThat(ring.bytes()).isEqualTo(before + encoded.length());
    ring.add(2, revision(2, 1, 100));
    ring.add(3, revision(3, 1, 100));
    // A reader that still holds it may go on; it is counted no more.
    held.events().get(0).withPrevious(new SimEncoderOfLength(500), change -> Optional.empty());
    assertThat(ring.bytes()).isEqualTo(2 * before);
  }

  @Test
  void aGapForgetsWhatWasBefore() {
    Ring ring = new Ring(8, 1 << 20);
    ring.add(1, revision(1, 1, 10));
    ring.add(100, revision(100, 1, 10));
    assertThat(ring.get(1)).isNull();
    assertThat(ring.get(100)).isNotNull();
  }

  @Test
  void readersFindARevisionWholeOrNotAtAllWhileTheWriterGoesOn() {
    Ring ring = new Ring(16, 1 << 20);
    int last = 200_000;
    CompletableFuture<Integer> reader =
        CompletableFuture.supplyAsync(
            () -> {
              int found = 0;
              for (long revision = 1; revision < last; ) {
                RingRevision seen = ring.get(revision);
                if (seen != null) {
                  assertThat(seen.revision()).isEqualTo(revision);
                  assertThat(seen.events()).hasSize(1 + (int) (revision % 3));
                  found++;
                  revision++;
                } else {
                  revision = ring.get(last) != null ? last : revision + 1;
                }
              }
              return found;
            });
    for (long revision = 1; revision <= last; revision++) {
      ring.add(revision, revision(revision, 1 + (int) (revision % 3), 1));
    }
    assertThat(reader.join()).isNotNegative();
    assertThat(ring.get(last)).isNotNull();
  }

  private record SimEncoderOfLength(int length) implements EventEncoder {
    @Override
    public Bytes event(Change change) {
      return Bytes.wrap(new byte[length]);
    }

    @Override
    public Bytes event(Change change, Optional<Fact> previous) {
      return Bytes.wrap(new byte[length]);
    }
  }
}
