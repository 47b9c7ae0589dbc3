// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.command.ClaimChanged;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Drains begin, change, end and are refused in an order that a seed decides, while leaders come and
 * go, and changes are missed: none is ended before its time, and each when it has come.
 */
final class DrainSimulationTest {
  private static final int ITEMS = 40;
  private static final int STEPS = 2_000;

  /** Between two looks of the janitor. */
  private static final long TICK_MILLIS = 100;

  private final ManualTicker ticker = new ManualTicker();
  private final Claims claims = new Claims();
  private final DrainFeed feed = new DrainFeed();
  private final List<Sent> underWay = new ArrayList<>();

  /** By item, when a drain that stands is over by what the leader of this term saw. */
  private final Map<Integer, Long> dueMillis = new HashMap<>();

  /** Items of whose drains an end came to nothing: they wait longer. */
  private final Set<Integer> refused = new HashSet<>();

  private long nowMillis;
  private long terms = 1;
  private OptionalLong term = OptionalLong.of(terms);
  private int ended;

  private record Sent(EndDrain command, CompletableFuture<Proposal> outcome) {}

  @AfterEach
  void close() {
    claims.store.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void noDrainEndsBeforeItsTimeAndEachEndsSoonAfter(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    claims.listeners.add(feed);
    DrainDeadlines drains =
        new DrainDeadlines(
            feed, this::propose, claims.store, ticker, new SimpleMeterRegistry(), () -> {});
    for (int step = 0; step < STEPS; step++) {
      if (random.nextInt(200) == 0) {
        changeLeader(random);
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        changeClaim(random);
      }
      drains.tend(term);
      underWay.forEach(sent -> decide(sent, random));
      underWay.clear();
      nothingIsLate();
      nowMillis += TICK_MILLIS;
      ticker.advanceMillis(TICK_MILLIS);
    }
    assertThat(ended).isGreaterThan(100);
  }

  private void changeLeader(SplittableRandom random) {
    boolean unseen = random.nextBoolean();
    term = term.isPresent() && !unseen ? OptionalLong.empty() : OptionalLong.of(++terms);
    refused.clear();
    for (int item = 0; item < ITEMS; item++) {
      int counted = item;
      claim(item).ifPresent(claim -> count(counted, claim));
    }
  }

  private void changeClaim(SplittableRandom random) {
    if (random.nextInt(400) == 0) {
      claims.flood();
    }
    int item = random.nextInt(ITEMS);
    long epoch = claim(item).map(ClaimRecord::epoch).orElse(0L);
    refused.remove(item);
    switch (random.nextInt(20)) {
      case 0 -> claims.fact(item).ifPresent(fact -> claims.delete(item));
      case 1, 2 -> claims.idle(item, epoch);
      case 3, 4 -> claims.owned(item, epoch + 1);
      default -> claims.draining(item, epoch, 1 + random.nextInt(20_000));
    }
    dueMillis.remove(item);
    claim(item).ifPresent(claim -> count(item, claim));
  }

  private void count(int item, ClaimRecord claim) {
    if (claim.drainMillis() > 0) {
      dueMillis.put(item, nowMillis + claim.drainMillis());
    }
  }

  private Optional<ClaimRecord> claim(int item) {
    return claims.fact(item).map(DrainSimulationTest::decoded);
  }

  private static ClaimRecord decoded(Fact fact) {
    try {
      return ClaimCodec.decode(fact.body());
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  private CompletableFuture<Proposal> propose(Command command, long deadlineNanos) {
    EndDrain end = (EndDrain) command;
    int item = item(end.key());
    assertThat(OptionalLong.of(end.term())).isEqualTo(term);
    assertThat(dueMillis).containsKey(item);
    assertThat(dueMillis.get(item)).isLessThanOrEqualTo(nowMillis);
    assertThat(claims.fact(item).orElseThrow().modRevision()).isEqualTo(end.revision());
    assertThat(underWay).noneMatch(sent -> sent.command().key().equals(end.key()));
    CompletableFuture<Proposal> outcome = new CompletableFuture<>();
    underWay.add(new Sent(end, outcome));
    return outcome;
  }

  private void decide(Sent sent, SplittableRandom random) {
    int item = item(sent.command().key());
    switch (random.nextInt(10)) {
      case 0 -> {
        refused.add(item);
        sent.outcome().complete(new Decided(Refusal.of(Reason.COMPARE_FAILED, "", "no")));
      }
      case 1 -> {
        refused.add(item);
        sent.outcome().complete(new Proposal.Unknown("lost"));
      }
      default -> {
        claims.idle(item, claim(item).orElseThrow().epoch());
        dueMillis.remove(item);
        ended++;
        sent.outcome().complete(new Decided(new ClaimChanged(claims.revision())));
      }
    }
  }

  private void nothingIsLate() {
    if (term.isPresent()) {
      dueMillis.forEach(
          (item, due) -> assertThat(refused.contains(item) || due > nowMillis).isTrue());
    }
  }

  private static int item(Key key) {
    String name = key.name();
    return Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
  }
}
