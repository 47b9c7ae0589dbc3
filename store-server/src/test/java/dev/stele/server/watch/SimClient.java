// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.KeyRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A client with some watches on one stream: it reads as fast as it likes, loses its stream, and
 * goes on at another node from where its watches were.
 */
final class SimClient {
  private static final int WATCHES_MAX = 3;

  private final Truth truth;
  private final Random random;
  private final List<SimNode> nodes;
  private final Mutant mutant;
  private final List<Goal> goals = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private Link link;
  private long ids;

  SimClient(Truth truth, Random random, List<SimNode> nodes, Mutant mutant) {
    this.truth = truth;
    this.random = random;
    this.nodes = nodes;
    this.mutant = mutant;
    for (int i = random.nextInt(WATCHES_MAX); i >= 0; i--) {
      goals.add(new Goal());
    }
    connect();
  }

  List<String> wrong() {
    return wrong;
  }

  /** One watch over all its streams. */
  private final class Goal {
    private final List<String> prefixes;
    private final Selector selector;
    private final List<String> kinds;
    private final boolean puts = random.nextInt(8) > 0;
    private final boolean deletes = !puts || random.nextInt(8) > 0;
    private final boolean previous = random.nextInt(3) == 0;
    private final boolean latestOnly = random.nextInt(5) == 0;
    private final boolean stay = random.nextBoolean();

    /** Where it goes on; 0: it has to begin anew. */
    private long next;

    private String fresh = List.of("now", "initial", "from").get(random.nextInt(3));

    Goal() {
      switch (random.nextInt(4)) {
        case 0 -> {
          kinds = List.of("desired", "claim");
          selector = Selector.kinds(kinds);
          prefixes = List.of("desired/", "claim/");
        }
        case 1 -> {
          kinds = List.of();
          selector = Selector.ALL;
          prefixes = List.of("");
        }
        case 2 -> {
          kinds = List.of();
          selector =
              Selector.range(
                  new KeyRange(Bytes.utf8("config/a"), Optional.of(Bytes.utf8("config/y"))));
          prefixes = List.of("config/a");
        }
        default -> {
          String prefix = List.of("desired/a", "config/", "desired/b/z").get(random.nextInt(3));
          kinds = List.of();
          selector = Selector.range(KeyRange.prefix(Bytes.utf8(prefix)));
          prefixes = List.of(prefix);
        }
      }
    }

    void ask() {
      long id = ++ids;
      String start = next > 0 ? "from" : fresh;
      long from = next > 0 ? next : 1 + random.nextInt((int) truth.revision() + 1);
      Judge.Asked asked =
          new Judge.Asked(
              start,
              start.equals("from") ? from : 0,
              prefixes,
              puts,
              deletes,
              previous,
              latestOnly,
              stay);
      WatchSpec.Start begin =
          switch (start) {
            case "from" -> new WatchSpec.From(from);
            case "now" -> new WatchSpec.Now();
            default -> new WatchSpec.InitialState();
          };
      WatchSpec spec =
          new WatchSpec(
              id,
              selector,
              kinds,
              begin,
              puts,
              deletes,
              previous,
              latestOnly,
              100 + random.nextInt(2_000),
              stay,
              Optional.empty());
      Judge judge = new Judge(truth, asked, truth.revision());
      link.watches.put(id, new Attempt(this, judge, spec, link.node.nanos()));
      link.stream.create(mutant.spoil(spec));
    }

    /** What it knows when its stream is gone. */
    void lost(Judge judge, boolean compacted) {
      next = compacted ? 0 : Math.max(next, judge.next());
      if (compacted) {
        fresh = "initial";
      }
    }
  }

  private static final class Attempt {
    private final Goal goal;
    private final Judge judge;
    private final WatchSpec spec;
    private final long askedNanos;
    private int messages;

    Attempt(Goal goal, Judge judge, WatchSpec spec, long askedNanos) {
      this.askedNanos = askedNanos;
      this.goal = goal;
      this.judge = judge;
      this.spec = spec;
    }
  }

  /** One stream. */
  private final class Link implements Outlet {
    private final SimNode node;
    private final Map<Long, Attempt> watches = new LinkedHashMap<>();
    private final List<Goal> lost = new ArrayList<>();
    private WatchStream stream;
    private int room = 1 + random.nextInt(4);
    private boolean gone;

    Link(SimNode node) {
      this.node = node;
    }

    @Override
    public boolean isReady() {
      return room > 0;
    }

    @Override
    public void send(long watchId, Sent message) {
      Attempt attempt = watches.get(watchId);
      if (gone || attempt == null) {
        return;
      }
      room--;
      for (Sent heard : mutant.spoil(message, attempt.spec, attempt.messages++)) {
        hear(attempt, heard);
      }
    }

    private void hear(Attempt attempt, Sent message) {
      Judge.Said said = said(message);
      attempt.judge.hear(said, node.moment(attempt.askedNanos));
      report(attempt);
      if (attempt.judge.isOver()) {
        watches.remove(attempt.spec.id());
        boolean compacted =
            (said instanceof Judge.Ended ended && ended.reason().equals("COMPACTED"))
                || (said instanceof Judge.Refused refused && refused.reason().equals("COMPACTED"));
        attempt.goal.lost(attempt.judge, compacted);
        lost.add(attempt.goal);
      }
    }

    @Override
    public void taken() {
      // Requests come whether the last one was dealt with or not.
    }

    @Override
    public void end() {
      throw new AssertionError("nobody stops");
    }
  }

  private void report(Attempt attempt) {
    for (String complaint : attempt.judge.wrong()) {
      wrong.add(attempt.spec + ": " + complaint);
    }
    attempt.judge.wrong().clear();
  }

  private static Judge.Said said(Sent message) {
    if (message instanceof Sent.Created it) {
      return new Judge.Created(it.nextRevision());
    }
    if (message instanceof Sent.Initial it) {
      return new Judge.Page(
          it.revision(), it.facts().stream().map(SimClient::text).toList(), it.last());
    }
    if (message instanceof Sent.Events it) {
      return new Judge.Events(it.events().stream().map(SimEncoder::decode).toList(), it.fragment());
    }
    if (message instanceof Sent.Progress it) {
      return new Judge.Mark(it.revision(), it.leaderKnown());
    }
    if (message instanceof Sent.Refused it) {
      return new Judge.Refused(it.problem().reason().name(), it.problem().floor());
    }
    Optional<Problem> problem = ((Sent.Ended) message).problem();
    return new Judge.Ended(
        problem.map(it -> it.reason().name()).orElse(""), problem.map(Problem::floor).orElse(0L));
  }

  private static String text(Fact fact) {
    return fact.key() + "=" + Truth.name(fact);
  }

  private void connect() {
    link = new Link(nodes.get(random.nextInt(nodes.size())));
    link.stream = link.node.hub().open(link);
    goals.forEach(Goal::ask);
  }

  /** Loses the stream and opens another one, at any node. */
  void reconnect() {
    link.gone = true;
    link.stream.gone();
    link.watches.values().forEach(attempt -> attempt.goal.lost(attempt.judge, false));
    connect();
  }

  /** Reads some of what is there to be read. */
  void read(int more) {
    boolean was = link.isReady();
    link.room = Math.max(0, link.room) + more;
    if (!was) {
      link.stream.ready();
    }
  }

  /** Begins again what has ended. */
  void retry() {
    List<Goal> again = List.copyOf(link.lost);
    link.lost.clear();
    again.forEach(Goal::ask);
  }

  void cancelOne() {
    link.watches.values().stream()
        .filter(attempt -> random.nextBoolean())
        .findFirst()
        .ifPresent(
            attempt -> {
              attempt.judge.cancelled();
              link.stream.cancel(attempt.spec.id());
            });
  }

  void askForMarks() {
    List.copyOf(link.watches.keySet()).forEach(link.stream::progress);
  }

  /** Whether all its watches go on. */
  boolean isWhole() {
    return link.lost.isEmpty()
        && link.watches.size() == goals.size()
        && link.watches.values().stream().allMatch(attempt -> attempt.judge.isCreated());
  }

  /** The end: everything that it should have seen was seen. */
  void drained() {
    for (Attempt attempt : link.watches.values()) {
      attempt.judge.hear(new Judge.Drained(), link.node.moment(attempt.askedNanos));
      report(attempt);
    }
  }
}
