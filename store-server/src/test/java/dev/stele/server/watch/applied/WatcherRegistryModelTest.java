// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.watch.NamedWatchers.Opening;
import dev.stele.server.watch.NamedWatchers.Seat;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The registry against {@link WatcherModel}, which shares no rule with it. */
final class WatcherRegistryModelTest {
  private static final long STEP_NANOS = WatcherRegistry.RETENTION.toNanos() / 4;

  private static final Selector DESIRED = Selector.range(KeyRange.prefix(Bytes.utf8("desired/")));

  /** What happens to one of a few names. */
  interface Event {
    void happen(Run run);
  }

  @Property(tries = 10_000)
  void whateverHappensTheRegistryKnowsWhatTheModelKnows(@ForAll("events") List<Event> events) {
    Run run = new Run();
    for (Event event : events) {
      WatcherRegistry.Snapshot before = run.registry.snapshot();
      event.happen(run);
      WatcherRegistry.Snapshot after = run.registry.snapshot();
      assertThat(after.watchers()).as("after %s", event).isEqualTo(run.model.known(run.now()));
      if (!after.watchers().equals(before.watchers())) {
        assertThat(after.version()).as("after %s", event).isGreaterThan(before.version());
      }
    }
  }

  @Provide
  static Arbitrary<List<Event>> events() {
    Arbitrary<Integer> stream = Arbitraries.integers().between(0, 11);
    Arbitrary<Event> open =
        Combinators.combine(
                Arbitraries.of("a", "b", "c"),
                Arbitraries.longs().between(1, 5),
                Arbitraries.of(Selector.ALL, DESIRED))
            .as(Open::new);
    // No more revisions than refusals are remembered: the model forgets none.
    Arbitrary<Event> report =
        Combinators.combine(
                stream,
                Arbitraries.longs().between(1, WatcherRegistry.REFUSALS_MAX),
                Arbitraries.of("", "", "x", "y"))
            .as(Report::new);
    Arbitrary<Event> close = stream.map(Close::new);
    Arbitrary<Event> pass = Arbitraries.integers().between(1, 5).map(Pass::new);
    return Arbitraries.frequencyOf(
            Tuple.of(4, open), Tuple.of(8, report), Tuple.of(3, close), Tuple.of(1, pass))
        .list()
        .ofMaxSize(40);
  }

  /** A registry, and the model beside it. */
  static final class Run {
    final AtomicLong nanos = new AtomicLong();
    final WatcherRegistry registry = new WatcherRegistry("n1", 1, nanos::get);
    final WatcherModel model = new WatcherModel();
    final List<Seat> seats = new ArrayList<>();
    final List<WatcherModel.Told> told = new ArrayList<>();

    long now() {
      return nanos.get();
    }
  }

  record Open(String name, long incarnation, Selector selector) implements Event {
    @Override
    public void happen(Run run) {
      Opening opening = run.registry.open(new WatcherName(name, incarnation), selector);
      Optional<WatcherModel.Told> told = run.model.open(name, incarnation, selector, run.now());
      assertThat(opening instanceof Seat).as("%s", this).isEqualTo(told.isPresent());
      if (opening instanceof Seat seat) {
        run.seats.add(seat);
        run.told.add(told.orElseThrow());
      }
    }
  }

  /**
   * @param stream the how many-th that was let in, whatever its name
   */
  record Report(int stream, long revision, String refusal) implements Event {
    @Override
    public void happen(Run run) {
      if (stream < run.seats.size()) {
        boolean taken = run.seats.get(stream).report(revision, refusal).isEmpty();
        assertThat(taken)
            .as("%s", this)
            .isEqualTo(run.model.report(run.told.get(stream), revision, refusal, run.now()));
      }
    }
  }

  record Close(int stream) implements Event {
    @Override
    public void happen(Run run) {
      if (stream < run.seats.size()) {
        run.seats.get(stream).close();
        run.model.close(run.told.get(stream), run.now());
      }
    }
  }

  record Pass(int steps) implements Event {
    @Override
    public void happen(Run run) {
      run.nanos.addAndGet(steps * STEP_NANOS);
      run.registry.sweep();
    }
  }
}
