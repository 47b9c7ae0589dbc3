// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What one hub answers, step by step. */
final class WatchHubTest {
  private static final int PER_STREAM = 3;
  private static final int PER_NODE = 1_100;

  private final AtomicLong nanos = new AtomicLong();
  private final Truth truth = new Truth(new Random(1), false);
  private final SimNode node =
      new SimNode(
          truth,
          new Random(2),
          nanos,
          new WatchSettings(1 << 20, 64, PER_STREAM, PER_NODE),
          new SimEncoder());
  private final Recorder outlet = new Recorder();
  private final WatchStream stream = node.hub().open(outlet);

  /** Writes down what is sent. */
  private static final class Recorder implements Outlet {
    private final List<String> sent = new ArrayList<>();
    private boolean ready = true;
    private int asked;
    private int taken;
    private boolean ended;

    @Override
    public boolean isReady() {
      asked++;
      return ready;
    }

    @Override
    public void send(long watchId, Sent message) {
      sent.add(watchId + " " + text(message));
    }

    private static String text(Sent message) {
      if (message instanceof Sent.Events events) {
        return events.events().stream().map(SimEncoder::decode).map(Judge.Event::revision).toList()
            + (events.fragment() ? "+" : "");
      }
      if (message instanceof Sent.Refused refused) {
        Problem why = refused.problem();
        return "no " + why.reason() + " " + why.field() + " " + why.floor();
      }
      if (message instanceof Sent.Ended ended) {
        return "end " + ended.problem().map(Problem::reason).map(Reason::name).orElse("");
      }
      if (message instanceof Sent.Progress mark) {
        return "mark " + mark.revision() + (mark.leaderKnown() ? "" : " alone");
      }
      return message.toString();
    }

    @Override
    public void taken() {
      taken++;
    }

    @Override
    public void end() {
      ended = true;
    }

    List<String> took() {
      List<String> took = List.copyOf(sent);
      sent.clear();
      return took;
    }
  }

  private static WatchSpec spec(long id, WatchSpec.Start start, String prefix) {
    return spec(
        id,
        start,
        Selector.range(KeyRange.prefix(Bytes.utf8(prefix))),
        List.of(),
        Optional.empty());
  }

  private static WatchSpec spec(
      long id,
      WatchSpec.Start start,
      Selector selector,
      List<String> kinds,
      Optional<WatcherName> name) {
    return new WatchSpec(id, selector, kinds, start, true, true, false, false, 1_000, false, name);
  }

  private void write(String key) {
    truth.put(key, 10);
    run();
  }

  private void run() {
    while (node.isBehind() && !node.isCut()) {
      node.apply();
    }
    for (int quiet = 0; quiet < 3; ) {
      quiet = node.work() ? 0 : quiet + 1;
    }
    assertThat(node.faults).isEmpty();
  }

  @Test
  void whatIsWrongIsAnsweredAndTheOtherWatchesGoOn() {
    for (int i = 0; i < 9; i++) {
      write("desired/a");
    }
    truth.compact(4);
    run();
    stream.create(spec(1, new WatchSpec.Now(), "desired/"));
    run();
    assertThat(outlet.took()).containsExactly("1 Created[nextRevision=10]");
    stream.create(spec(2, new WatchSpec.From(11), "desired/"));
    stream.create(spec(3, new WatchSpec.From(4), "desired/"));
    List<String> kinds = List.of("desired", "nosuch");
    stream.create(spec(4, new WatchSpec.Now(), Selector.kinds(kinds), kinds, Optional.empty()));
    stream.create(spec(1, new WatchSpec.Now(), "config/"));
    stream.cancel(7);
    stream.progress(8);
    stream.report(9, 1, "");
    stream.report(1, 1, "");
    run();
    assertThat(outlet.took())
        .containsExactlyInAnyOrder(
            "2 no INVALID_FIELD create.from_revision 0",
            "3 no COMPACTED create.from_revision 4",
            "4 no UNKNOWN_KIND create.selector.kinds[1] 0",
            "1 no INVALID_FIELD create.watch_id 0",
            "7 no INVALID_FIELD cancel.watch_id 0",
            "8 no INVALID_FIELD progress.watch_id 0",
            "9 no INVALID_FIELD report.watch_id 0",
            "1 no INVALID_FIELD report.watch_id 0");
    write("desired/a");
    assertThat(outlet.took()).containsExactly("1 [10]");
    assertThat(outlet.taken).isEqualTo(9);
  }

  @Test
  void theRevisionAfterTheLastAndTheOneAfterTheFloorAreRightStarts() {
    for (int i = 0; i < 9; i++) {
      write("desired/a");
    }
    truth.compact(4);
    run();
    stream.create(spec(1, new WatchSpec.From(10), "desired/"));
    stream.create(spec(2, new WatchSpec.From(5), "desired/"));
    run();
    assertThat(outlet.took())
        .containsExactly(
            "1 Created[nextRevision=10]", "2 Created[nextRevision=5]", "2 [5, 6, 7, 8, 9]");
  }

  @Test
  void aStreamAndANodeHaveAsManyWatchesAsTheyMayAndNotOneMore() {
    for (int id = 1; id <= PER_STREAM + 1; id++) {
      stream.create(spec(id, new WatchSpec.Now(), "desired/"));
    }
    run();
    assertThat(outlet.took())
        .filteredOn(it -> it.contains("no "))
        .containsExactly("4 no LIMIT_REACHED  0");
    for (int watches = PER_STREAM; watches < PER_NODE; watches++) {
      node.hub().open(new Recorder()).create(spec(1, new WatchSpec.Now(), "desired/"));
    }
    Recorder late = new Recorder();
    WatchStream other = node.hub().open(late);
    other.create(spec(1, new WatchSpec.Now(), "desired/"));
    run();
    assertThat(late.took()).containsExactly("1 no LIMIT_REACHED  0");
    stream.cancel(1);
    other.create(spec(1, new WatchSpec.Now(), "desired/"));
    run();
    assertThat(late.took()).containsExactly("1 Created[nextRevision=1]");
  }

  @Test
  void readersThatStopCostTheOthersNothingAndLoseNothing() {
    List<Recorder> stopped = new ArrayList<>();
    List<WatchStream> streams = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Recorder slow = new Recorder();
      stopped.add(slow);
      streams.add(node.hub().open(slow));
      streams.get(i).create(spec(1, new WatchSpec.Now(), "desired/"));
    }
    stream.create(spec(1, new WatchSpec.Now(), "desired/"));
    run();
    stopped.forEach(slow -> slow.ready = false);
    write("desired/a");
    stopped.forEach(slow -> slow.took());
    int asked = stopped.stream().mapToInt(slow -> slow.asked).sum();
    outlet.took();
    for (int i = 0; i < 500; i++) {
      write("desired/b");
    }
    assertThat(outlet.took()).hasSize(500);
    assertThat(stopped.stream().mapToInt(slow -> slow.asked).sum()).isEqualTo(asked);
    assertThat(stopped).allMatch(slow -> slow.sent.isEmpty());
    for (int i = 0; i < 1_000; i++) {
      stopped.get(i).ready = true;
      streams.get(i).ready();
    }
    run();
    String all = LongStream.rangeClosed(1, 501).boxed().toList().toString();
    assertThat(stopped)
        .allSatisfy(
            slow ->
                assertThat(String.join("", slow.took()).replace("][", ", ").replace("]1 [", ", "))
                    .isEqualTo("1 " + all));
  }

  @Test
  void aWatchEndsWithoutALeaderUnlessItStays() {
    stream.create(spec(1, new WatchSpec.Now(), "desired/"));
    WatchSpec stays =
        new WatchSpec(
            2,
            Selector.ALL,
            List.of(),
            new WatchSpec.Now(),
            true,
            true,
            false,
            false,
            1_000,
            true,
            Optional.empty());
    stream.create(stays);
    run();
    outlet.took();
    node.cut(true);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(2_900));
    run();
    assertThat(outlet.took()).containsExactlyInAnyOrder("1 mark 0", "2 mark 0");
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_100));
    run();
    assertThat(outlet.took()).containsExactlyInAnyOrder("1 end NO_QUORUM", "2 mark 0 alone");
  }

  @Test
  void aNamedWatcherReportsWhatItWasSentAndNoMore() {
    List<String> kept = new ArrayList<>();
    node.named =
        (name, selector) ->
            name.incarnation() < 5
                ? new NamedWatchers.Turned(Reason.FENCED, "newer")
                : new NamedWatchers.Seat() {
                  @Override
                  public Optional<NamedWatchers.Turned> report(long revision, String refusal) {
                    kept.add(name.name() + " " + revision + " " + refusal);
                    return revision == 2
                        ? Optional.of(new NamedWatchers.Turned(Reason.FENCED, "newer"))
                        : Optional.empty();
                  }

                  @Override
                  public void close() {
                    kept.add("closed");
                  }
                };
    write("desired/a");
    stream.create(
        spec(
            1,
            new WatchSpec.From(1),
            Selector.ALL,
            List.of(),
            Optional.of(new WatcherName("edge", 5))));
    stream.create(
        spec(
            2,
            new WatchSpec.From(1),
            Selector.ALL,
            List.of(),
            Optional.of(new WatcherName("edge", 4))));
    run();
    assertThat(outlet.took())
        .containsExactly("1 Created[nextRevision=1]", "1 [1]", "2 no FENCED create.watcher 0");
    stream.report(1, 1, "");
    stream.report(1, 2, "");
    run();
    assertThat(outlet.took()).containsExactly("1 no INVALID_FIELD report.revision 0");
    write("desired/a");
    outlet.took();
    stream.report(1, 2, "bad");
    run();
    assertThat(outlet.took()).containsExactly("1 no FENCED report 0");
    stream.gone();
    run();
    assertThat(kept).containsExactly("edge 1 ", "edge 2 bad", "closed");
  }

  @Test
  void whatIsHeldAgainstReclaimingIsLetGoAfterAMinute() {
    write("desired/a");
    outlet.ready = false;
    stream.create(spec(1, new WatchSpec.InitialState(), "desired/"));
    run();
    write("desired/a");
    assertThat(node.limit()).isEqualTo(1);
    nanos.addAndGet(Holds.LONGEST.toNanos() - 1);
    assertThat(node.limit()).isEqualTo(1);
    nanos.addAndGet(1);
    assertThat(node.limit()).isEqualTo(2);
  }

  @Test
  void aStreamThatFinishesEndsAndOneThatIsGoneIsForgotten() {
    stream.create(spec(1, new WatchSpec.Now(), "desired/"));
    stream.finish();
    run();
    assertThat(outlet.ended).isTrue();
    outlet.took();
    write("desired/a");
    assertThat(outlet.took()).isEmpty();
  }
}
