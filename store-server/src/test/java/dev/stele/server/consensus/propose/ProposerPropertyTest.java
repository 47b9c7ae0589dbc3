// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.Leadership.Standing;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The proposer with its thread, and callers on threads of their own. */
final class ProposerPropertyTest {
  private static final Standing LEADER =
      new Standing(Role.LEADER, 1, Optional.of("n0"), true, 0, 0);
  private static final FaultPolicy FAULTS =
      (what, cause) -> {
        throw new AssertionError(what, cause);
      };

  @Property(tries = 30)
  void nothingIsLostDoubledOrOvertaken(
      @ForAll @IntRange(min = 1, max = 4) int callers,
      @ForAll @IntRange(min = 1, max = 1_500) int each)
      throws InterruptedException {
    BlockingQueue<Batch> log = new LinkedBlockingQueue<>();
    List<String> decided = new ArrayList<>();
    Thread raft = new Thread(() -> decideAll(log, decided, callers * each));
    raft.start();
    Map<CompletableFuture<Proposal>, String> proposals = new HashMap<>();
    try (DeadlineSweep sweep = new DeadlineSweep(Ticker.SYSTEM, FAULTS);
        Proposer proposer = proposer(log::add, sweep)) {
      sweep.start();
      proposer.start();
      List<Thread> threads = new ArrayList<>();
      ConcurrentLinkedQueue<Map<CompletableFuture<Proposal>, String>> made =
          new ConcurrentLinkedQueue<>();
      for (int caller = 0; caller < callers; caller++) {
        int number = caller;
        Thread thread = new Thread(() -> made.add(callMany(proposer, number, each)));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      made.forEach(proposals::putAll);
      raft.join();
      // Each caller is told what its own command came to.
      proposals.forEach(
          (future, key) -> {
            Proposal proposal = future.join();
            assertThat(proposal).isInstanceOf(Proposal.Decided.class);
            Put.Written written = (Put.Written) ((Proposal.Decided) proposal).result();
            assertThat(decided.get((int) written.revision())).isEqualTo(key);
          });
    }
    Set<String> distinct = new HashSet<>(decided);
    assertThat(distinct).hasSize(callers * each).hasSameSizeAs(decided);
    for (int caller = 0; caller < callers; caller++) {
      String prefix = "desired/c" + caller + "-";
      List<String> own = decided.stream().filter(key -> key.startsWith(prefix)).toList();
      for (int i = 0; i < each; i++) {
        assertThat(own.get(i)).isEqualTo(prefix + i);
      }
    }
  }

  @Test
  void aCommandIsProposedAfterAnIdleTimeAndWhenTheLeaderGetsReady() throws InterruptedException {
    BlockingQueue<Batch> log = new LinkedBlockingQueue<>();
    AtomicReference<Standing> standing =
        new AtomicReference<>(new Standing(Role.LEADER, 1, Optional.of("n0"), false, 0, 0));
    try (DeadlineSweep sweep = new DeadlineSweep(Ticker.SYSTEM, FAULTS);
        Proposer proposer =
            new Proposer(
                standing::get,
                log::add,
                new StoreClock(Ticker.SYSTEM, () -> 0, () -> 0),
                Ticker.SYSTEM,
                sweep,
                FAULTS,
                new SimpleMeterRegistry())) {
      proposer.start();
      CompletableFuture<Proposal> first = propose(proposer, "desired/first");
      assertThat(log.poll(30, TimeUnit.MILLISECONDS)).isNull();
      standing.set(LEADER);
      proposer.leadershipChanged();
      Batch batch = log.poll(10, TimeUnit.SECONDS);
      assertThat(batch).isNotNull();
      batch.decided(List.of(new Put.Written(1, 1, 1)));
      assertThat(first).isCompleted();
      assertThat(propose(proposer, "desired/second")).isNotDone();
      assertThat(log.poll(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void aDeadlinePassesEvenWhileTheLogBlocks() {
    CompletableFuture<Void> blocked = new CompletableFuture<>();
    try (DeadlineSweep sweep = new DeadlineSweep(Ticker.SYSTEM, FAULTS);
        Proposer proposer = proposer(batch -> blocked.join(), sweep)) {
      sweep.start();
      proposer.start();
      CompletableFuture<Proposal> flying =
          proposer.propose(put("desired/a"), Ticker.SYSTEM.nanos() + 20_000_000);
      CompletableFuture<Proposal> waiting =
          proposer.propose(put("desired/b"), Ticker.SYSTEM.nanos() + 20_000_000);
      await().atMost(Duration.ofSeconds(10)).until(() -> flying.isDone() && waiting.isDone());
      blocked.complete(null);
    }
  }

  private static Proposer proposer(EntryLog log, DeadlineSweep sweep) {
    return new Proposer(
        () -> LEADER,
        log,
        new StoreClock(Ticker.SYSTEM, () -> 0, () -> 0),
        Ticker.SYSTEM,
        sweep,
        FAULTS,
        new SimpleMeterRegistry());
  }

  private static Map<CompletableFuture<Proposal>, String> callMany(
      Proposer proposer, int caller, int each) {
    Map<CompletableFuture<Proposal>, String> proposals = new HashMap<>();
    for (int i = 0; i < each; i++) {
      String key = "desired/c" + caller + "-" + i;
      proposals.put(propose(proposer, key), key);
    }
    return proposals;
  }

  /** Decides in the order of the log; each result names the command's place in it. */
  private static void decideAll(BlockingQueue<Batch> log, List<String> decided, int commands) {
    try {
      while (decided.size() < commands) {
        Batch batch = log.take();
        List<Result> results = new ArrayList<>();
        for (Command command : batch.commands()) {
          results.add(new Put.Written(decided.size(), 1, 1));
          decided.add(((Put) command).key().toString());
        }
        batch.decided(results);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CompletableFuture<Proposal> propose(Proposer proposer, String key) {
    return proposer.propose(put(key), Ticker.SYSTEM.nanos() + TimeUnit.MINUTES.toNanos(1));
  }

  private static Command put(String key) {
    return new Put(Key.of(key), Bytes.EMPTY, Expect.ANYTHING, Optional.empty(), List.of());
  }
}
