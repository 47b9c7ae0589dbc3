// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.stele.client.WatchBatch;
import dev.stele.client.error.CorruptException;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.InitialFacts;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchEvents;
import dev.stele.proto.v1.WatchProgress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is left to say of a sequence beside what watches show: bounds and odd messages. */
final class SequenceTest {
  private static final int HALF = WatchBatch.MAX_BYTES / 2;

  private final Sequence sequence = new Sequence(new Start.From(11), false);

  private static WatchEvents message(boolean fragment, long revision, int count, int bytes) {
    WatchEvents.Builder message = WatchEvents.newBuilder().setFragment(fragment);
    IntStream.range(0, count)
        .forEach(
            i ->
                message.addEvents(
                    WatchEvent.newBuilder()
                        .setFact(
                            Fact.newBuilder()
                                .setKey(ByteString.copyFromUtf8("x/" + i))
                                .setModRevision(revision)
                                .setBody(ByteString.copyFrom(new byte[bytes])))));
    return message.build();
  }

  @Test
  void aRevisionOfTheBufferIsWholeAndOneBeyondItIsPartial() {
    // Keys and numbers count too.
    int body = HALF - 32;
    assertThat(sequence.events(message(true, 11, 1, body), "n")).isEmpty();
    assertThat(sequence.events(message(true, 11, 1, body), "n")).isEmpty();
    List<Delivery> parts = sequence.events(message(true, 11, 1, 64), "n");
    assertThat(parts).hasSize(1);
    assertThat(parts.get(0).through()).isEqualTo(10);
    assertThat(sequence.received()).isEqualTo(10);
    assertThat(sequence.events(message(false, 11, 1, 1), "n").get(0).through()).isEqualTo(11);
    assertThat(sequence.received()).isEqualTo(11);
  }

  @Test
  void aPartThatEndsWithNothingMoreStillEnds() {
    sequence.events(message(true, 11, 3, HALF), "n");
    List<Delivery> end = sequence.events(WatchEvents.getDefaultInstance(), "n");
    assertThat(end).hasSize(1);
    assertThat(((Delivery.Batch) end.get(0)).batch().partial()).isFalse();
    assertThat(sequence.next()).isEqualTo(new Start.From(12));
  }

  @Test
  void ofTheLatestOnlyAPartComesAnew() {
    Sequence latest = new Sequence(new Start.From(11), true);
    latest.events(message(true, 11, 3, HALF), "n");
    latest.reset();
    Delivery.Batch whole = (Delivery.Batch) latest.events(message(false, 11, 2, 1), "n").get(0);
    assertThat(whole.batch().events()).hasSize(2);
  }

  @Test
  void aPartThatComesShorterThanItWasIsCorrupt() {
    sequence.events(message(true, 11, 3, HALF), "n");
    sequence.reset();
    assertThatThrownBy(() -> sequence.events(message(false, 11, 2, 1), "n"))
        .isInstanceOf(CorruptException.class);
  }

  @Test
  void aMarkDoesNotPassTheRestOfAPart() {
    sequence.events(message(true, 11, 3, HALF), "n");
    sequence.reset();
    assertThatThrownBy(
            () -> sequence.progress(WatchProgress.newBuilder().setRevision(11).build(), "n"))
        .isInstanceOf(CorruptException.class);
  }

  @Test
  void anEmptyMessageSaysNothing() {
    assertThat(sequence.events(WatchEvents.getDefaultInstance(), "n")).isEmpty();
    assertThat(sequence.next()).isEqualTo(new Start.From(11));
  }

  @Test
  void allFactsAnewAreNotOlderThanWhatWasSeen() {
    sequence.progress(WatchProgress.newBuilder().setRevision(40).build(), "n");
    sequence.beginAnew();
    sequence.reset();
    assertThat(sequence.next()).isEqualTo(Start.Initial.INSTANCE);
    assertThatThrownBy(() -> sequence.page(InitialFacts.newBuilder().setRevision(39).build(), "n"))
        .isInstanceOf(CorruptException.class);
  }

  @Test
  void aFactYoungerThanItsPageIsCorrupt() {
    Sequence initial = new Sequence(Start.Initial.INSTANCE, false);
    InitialFacts page =
        InitialFacts.newBuilder()
            .setRevision(5)
            .addFacts(Fact.newBuilder().setKey(ByteString.copyFromUtf8("x/a")).setModRevision(6))
            .build();
    assertThatThrownBy(() -> initial.page(page, "n")).isInstanceOf(CorruptException.class);
  }

  @Test
  void eventsBeforeTheLastPageAreCorrupt() {
    Sequence initial = new Sequence(Start.Initial.INSTANCE, false);
    assertThatThrownBy(() -> initial.events(message(false, 11, 1, 1), "n"))
        .isInstanceOf(CorruptException.class);
  }
}
