// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.SimLog.Entry;
import dev.stele.server.port.Proposal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Nodes with a log that is agreed on. Who leads is decided here; a leader that was deposed may not
 * know it for long, and goes on in its old term. What an old leader had under way when another one
 * was elected is committed before the new one is ready, or lost.
 */
final class SimCluster {
  static final int NODES = 3;

  private static final long PROPOSAL_NANOS = 400 * World.MILLI;

  final World world;
  final SimLog log = new SimLog();
  final LeaseJudge judge;
  final List<SimNode> nodes = new ArrayList<>(NODES);
  private final List<Entry> underWay = new ArrayList<>();
  private SimNode leader;
  private long term;
  private long lastDueNanos;
  private boolean overloaded;
  private boolean doubtful;
  private Consumer<Entry> watcher = entry -> {};

  SimCluster(World world, LeaseJudge judge, Mutant mutant, double drift) {
    this.world = world;
    this.judge = judge;
    for (int i = 0; i < NODES; i++) {
      nodes.add(new SimNode(this, mutant, drift * (world.random.nextDouble() - 0.5)));
    }
    leader = nodes.get(0);
    term = 1;
    leader.elected(term);
    ready(leader, term);
  }

  SimNode leader() {
    return leader;
  }

  SimNode someNode() {
    return nodes.get(world.random.nextInt(NODES));
  }

  /** Whether {@code node} leads in the latest term, and is ready. */
  boolean isLed(SimNode node) {
    return leader == node && node.term() == term && node.isReady();
  }

  /** Whether the leader could do all that a leader does. */
  boolean isWell() {
    return isLed(leader) && leader.isReachable() && !overloaded && !doubtful;
  }

  /** Somebody holds {@code lease} from the beginning. */
  void begin(int lease, String holder, long ttlMillis) {
    Command acquire = new AcquireLease(SimLog.name(lease), holder, ttlMillis, Bytes.EMPTY);
    commit(new Entry(term, leader, acquire, proposal -> {}));
  }

  /** Has {@code seen} told of all that is committed from here on. */
  void watch(Consumer<Entry> seen) {
    watcher = seen;
  }

  void overloaded(boolean now) {
    overloaded = now;
  }

  void doubtful(boolean now) {
    doubtful = now;
  }

  /** Another node, or the same one, leads in a new term. */
  void elect(SimNode node) {
    SimNode old = leader;
    term++;
    leader = node;
    judge.disturbed();
    int survive = world.random.nextInt(underWay.size() + 1);
    underWay.subList(survive, underWay.size()).clear();
    node.elected(term);
    long elected = term;
    world.within(1, 30, () -> ready(node, elected));
    if (old != node) {
      world.within(0, 300, () -> learn(old));
    }
  }

  private void ready(SimNode node, long elected) {
    if (term != elected) {
      return;
    }
    if (!node.isReachable()) {
      world.within(5, 30, () -> ready(node, elected));
      return;
    }
    List<Entry> survivors = List.copyOf(underWay);
    underWay.clear();
    survivors.forEach(this::commit);
    node.ready(log.size());
    judge.ready();
  }

  private void learn(SimNode node) {
    if (!node.isReachable()) {
      world.within(5, 50, () -> learn(node));
    } else if (node.term() < term) {
      node.deposed(term);
    }
  }

  /** {@code node} proposes. */
  void propose(SimNode node, Command command, Consumer<Proposal> outcome) {
    if (!node.leads() || (overloaded && world.oneIn(2))) {
      Reason reason = node.leads() ? Reason.OVERLOADED : Reason.NOT_LEADER;
      outcome.accept(new Proposal.NotProposed(reason, "", Duration.ZERO));
      return;
    }
    Entry entry = new Entry(node.term(), node, command, outcome);
    world.in(PROPOSAL_NANOS, () -> node.receive(() -> entry.tell(new Proposal.Unknown("late"))));
    if (doubtful && world.oneIn(2)) {
      world.within(0, 30, () -> node.receive(() -> entry.tell(new Proposal.Unknown("who knows"))));
    }
    if (isLed(node)) {
      lastDueNanos = Math.max(lastDueNanos, world.nowNanos() + world.between(1, 25));
      entry.dueNanos = lastDueNanos;
      underWay.add(entry);
      world.in(lastDueNanos - world.nowNanos(), this::commitDue);
    }
  }

  /** Commits what has waited long enough, if the leader and a majority can talk. */
  void commitDue() {
    if (!isLed(leader) || !leader.isReachable()) {
      return;
    }
    while (!underWay.isEmpty() && underWay.get(0).dueNanos <= world.nowNanos()) {
      commit(underWay.remove(0));
    }
  }

  private void commit(Entry entry) {
    log.commit(entry);
    judge.committed(entry);
    watcher.accept(entry);
    if (isLed(leader)) {
      leader.apply(log.size() - 1);
    }
  }
}
