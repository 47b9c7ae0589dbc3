// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.ReadGate.Admitted;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Readers and writers on {@link SimRaft}, by the real gates, rounds and applied indexes. One
 * schedule is one seed.
 */
final class SimReads implements SimRaft.Observer {
  private static final String GROUP = "group";

  private final ManualTicker ticker = new ManualTicker();
  private final DeadlineSweep sweep =
      new DeadlineSweep(
          ticker,
          (what, cause) -> {
            throw new AssertionError(what, cause);
          });
  private final SplittableRandom random;
  private final SimRaft raft;
  private final Mutant mutant;
  private final int interruptions;
  private final Member[] members = new Member[SimRaft.NODES];
  private final List<CompletableFuture<Admission>> reads = new ArrayList<>();
  private int acknowledged = -1;
  private boolean busy;
  private Optional<String> violation = Optional.empty();
  int admitted;
  int denied;

  SimReads(long seed, Mutant mutant, MeterRegistry meters) {
    this.mutant = mutant;
    random = new SplittableRandom(seed);
    interruptions = random.nextInt(3) * 40;
    raft = new SimRaft(random.split(), this);
    for (SimRaft.Node node : raft.nodes) {
      members[node.number] = new Member(node, meters);
    }
  }

  /** Runs the schedule; returns what went wrong. */
  Optional<String> run(int steps) {
    for (int i = 0; i < steps && violation.isEmpty(); i++) {
      move();
    }
    // Nobody answers any more: all must end at their deadlines, whatever state they are in.
    ticker.advanceMillis(10_000);
    sweep.sweep();
    if (violation.isEmpty() && reads.stream().anyMatch(read -> !read.isDone())) {
      violation = Optional.of("a read hangs beyond its deadline");
    }
    return violation;
  }

  private void move() {
    int move = random.nextInt(200);
    if (move < 24) {
      SimRaft.Node node = raft.someNode();
      // More reads at those who think that they lead: most of what can go wrong does there.
      if (node.leader || random.nextInt(3) == 0) {
        read(members[node.number]);
      }
    } else if (move < 40) {
      ticker.advanceMillis(1 + random.nextInt(60));
      sweep.sweep();
    } else if (move < 43) {
      Member leftBehind = members[raft.overthrow().number];
      read(leftBehind);
      read(members[raft.someNode().number]);
      raft.hurry(10);
      read(leftBehind);
      read(members[raft.someNode().number]);
      raft.hurry(20);
    } else if (move < 46) {
      raft.handOver();
      for (SimRaft.Node node : raft.nodes) {
        read(members[node.number]);
      }
      raft.hurry(15);
    } else {
      raft.step();
    }
  }

  @Override
  public void applied(SimRaft.Node node, int index, SimRaft.Entry entry) {
    if (entry.proposer == node.number) {
      acknowledged = Math.max(acknowledged, index);
    }
    members[node.number].applied.advanced(new LogPosition(entry.term, index), index);
  }

  private void read(Member member) {
    int before = acknowledged;
    CompletableFuture<Admission> read = member.linearizable(ticker.in(20 + random.nextInt(1_500)));
    reads.add(read);
    CompletableFuture<Void> unused =
        read.thenAccept(admission -> judge(member.node, before, admission));
  }

  private void judge(SimRaft.Node node, int before, Admission admission) {
    if (!(admission instanceof Admitted)) {
      denied++;
      return;
    }
    admitted++;
    if (node.applied < before && violation.isEmpty()) {
      violation =
          Optional.of(
              node.id
                  + " was read at index "
                  + node.applied
                  + ", a write had been acknowledged at "
                  + before);
    }
  }

  /** The world does not stand still while a node thinks. */
  private void meanwhile(SimRaft.Node node) {
    if (!busy && random.nextInt(100) < interruptions) {
      busy = true;
      raft.interrupt(node);
      busy = false;
    }
  }

  private final class Member implements RaftView {
    private final SimRaft.Node node;
    private final AppliedIndex applied;
    private final ConfirmRounds rounds;
    private final ConfirmedReads gate;
    private CompletableFuture<IndexAnswer> lastRound = CompletableFuture.completedFuture(null);
    private CompletableFuture<Admission> lastRead = CompletableFuture.completedFuture(null);

    Member(SimRaft.Node node, MeterRegistry meters) {
      this.node = node;
      applied = new AppliedIndex(Runnable::run, sweep);
      rounds =
          new ConfirmRounds(
              node.id, GROUP, this, this::ask, ticker, sweep, meters, mutant.rule(node.id));
      LeaderQuestions self = (leader, deadline) -> seen(confirm(deadline));
      LeaderQuestions others = (leader, deadline) -> seen(askLeader(leader, deadline));
      gate = new ConfirmedReads(node.id, this, self, others, applied, ticker, sweep);
    }

    CompletableFuture<Admission> linearizable(long deadlineNanos) {
      if (mutant == Mutant.READ_BOARDS_LATE && !lastRead.isDone()) {
        return lastRead;
      }
      lastRead = gate.linearizable(deadlineNanos);
      return lastRead;
    }

    private CompletableFuture<IndexAnswer> confirm(long deadlineNanos) {
      if (mutant == Mutant.ROUND_IS_REUSED && !lastRound.isDone()) {
        return lastRound;
      }
      lastRound = rounds.confirm(deadlineNanos);
      return lastRound;
    }

    private CompletableFuture<IndexAnswer> seen(CompletableFuture<IndexAnswer> answer) {
      return mutant != Mutant.APPLY_IS_NOT_AWAITED
          ? answer
          : answer.thenApply(
              given ->
                  given instanceof ConfirmedIndex sure
                      ? new ConfirmedIndex(sure.term(), -1)
                      : given);
    }

    private CompletableFuture<TermQuestions.TermAnswer> ask(String to, long term, long deadline) {
      CompletableFuture<TermQuestions.TermAnswer> answer = new CompletableFuture<>();
      SimRaft.Node other = raft.nodes[SimRaft.number(to)];
      raft.send(
          node.number,
          other.number,
          false,
          () -> {
            TermQuestions.TermAnswer said =
                new TermQuestions.TermAnswer(GROUP, other.id, other.term);
            raft.send(other.number, node.number, false, () -> answer.complete(said));
          });
      if (random.nextInt(10) == 0) {
        answer.completeExceptionally(new IllegalStateException("the connection broke"));
      }
      return answer;
    }

    private CompletableFuture<IndexAnswer> askLeader(String leader, long deadlineNanos) {
      CompletableFuture<IndexAnswer> answer = new CompletableFuture<>();
      Member other = members[SimRaft.number(leader)];
      raft.send(
          node.number,
          other.node.number,
          false,
          () -> {
            CompletableFuture<Void> unused =
                other
                    .confirm(deadlineNanos)
                    .thenAccept(
                        said ->
                            raft.send(
                                other.node.number,
                                node.number,
                                false,
                                () -> answer.complete(said)));
          });
      return answer;
    }

    @Override
    public long term() {
      meanwhile(node);
      return node.term;
    }

    @Override
    public boolean leaderReady() {
      meanwhile(node);
      return node.ready();
    }

    @Override
    public long committedIndex() {
      meanwhile(node);
      return node.commit;
    }

    @Override
    public Voters voters() {
      meanwhile(node);
      return node.config;
    }

    @Override
    public Optional<String> leader() {
      return node.knownLeader < 0 ? Optional.empty() : Optional.of(SimRaft.name(node.knownLeader));
    }
  }
}
