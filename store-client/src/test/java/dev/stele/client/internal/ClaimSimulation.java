// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.ClaimHandle;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.Claim;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.NextClaimResponse;
import dev.stele.proto.v1.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * One pool of a few items, one client that takes them, and a store in which anything happens to
 * them: before the answer to a grant is there, while the watch is behind, broken, or compacted.
 */
final class ClaimSimulation implements AutoCloseable {
  private static final String POOL = "p";
  private static final int ITEMS = 4;

  private final Random random;
  private final FakeCluster cluster = new FakeCluster();
  private final TreeMap<String, Fact> facts = new TreeMap<>();

  /** Of what was deleted: an epoch is used once. */
  private final Map<String, Long> epochs = new HashMap<>();

  private final List<WatchEvent> log = new ArrayList<>();
  private final List<ClaimHandle> handles = new ArrayList<>();
  private final Map<ClaimHandle, ClaimHandle.State> seen = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private final EnumMap<ClaimHandle.State, Integer> ends = new EnumMap<>(ClaimHandle.State.class);
  private final StoreClient client;
  private final LeaseHandle lease;
  private long revision = 100;
  private long floor;
  private int creates;
  private boolean live;
  private long sentThrough;
  private int gaps;

  ClaimSimulation(long seed) {
    random = new Random(seed);
    cluster.a.state = key -> Optional.ofNullable(facts.get(key));
    client = cluster.client("a:1");
    lease =
        client
            .leases()
            .acquire("member/w", LeaseOptions.ttl(Duration.ofSeconds(10)).holder("w"))
            .join();
  }

  List<String> violations() {
    return violations;
  }

  /** How often the watch missed what was compacted. */
  int gaps() {
    return gaps;
  }

  Map<ClaimHandle.State, Integer> ends() {
    return ends;
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      check(isUpToDate());
    }
    while (!isCaughtUp()) {
      serve();
      send(log.size());
      pass();
    }
    check(true);
    handles.forEach(one -> ends.merge(one.state(), 1, Integer::sum));
  }

  private void step() {
    switch (random.nextInt(10)) {
      case 0, 1 -> take();
      case 2, 3, 4 -> something();
      case 5, 6 -> send(1 + random.nextInt(3));
      case 7 -> serve();
      case 8 -> breaks();
      default -> pass();
    }
  }

  private void take() {
    String item = POOL + "/" + random.nextInt(ITEMS);
    FactKey<Claim> key = Keys.claim(item);
    Optional<Claim> standing = claim(key);
    if (standing.isEmpty() || standing.get().state() != Claim.State.IDLE) {
      return;
    }
    Claim before = standing.get();
    change(key, new Claim("w", before.epoch() + 1, Claim.State.OWNED));
    long granted = revision;
    // The answer takes its time.
    for (int i = random.nextInt(4); i > 0; i--) {
      something();
      send(random.nextInt(4));
    }
    cluster.a.answers(
        NextClaimResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setClaim(FakeClaims.owned(key.text(), before.epoch() + 1, granted))
            .build());
    handles.add(client.claims().next(POOL, lease).join());
  }

  private Optional<Claim> claim(FactKey<Claim> key) {
    return Optional.ofNullable(facts.get(key.text()))
        .map(fact -> key.kind().codec().decode(fact.getBody().toByteArray()));
  }

  /** Something that the rules allow happens to a claim. */
  private void something() {
    FactKey<Claim> key = Keys.claim(POOL + "/" + random.nextInt(ITEMS));
    Claim now = claim(key).orElse(null);
    if (now == null) {
      change(key, new Claim("", epochs.getOrDefault(key.text(), 0L), Claim.State.IDLE));
      return;
    }
    Claim idle = new Claim("", now.epoch(), Claim.State.IDLE);
    switch (now.state()) {
      case OWNED ->
          change(
              key,
              random.nextInt(3) == 0
                  ? new Claim("x", now.epoch() + 1, Claim.State.OWNED)
                  : new Claim(now.owner(), now.epoch(), Claim.State.DRAINING, 1_000));
      case DRAINING ->
          change(
              key,
              random.nextBoolean()
                  ? idle
                  : new Claim(now.owner(), now.epoch(), Claim.State.RETIRED));
      case RETIRED, IDLE -> {
        if (random.nextInt(4) == 0) {
          delete(key);
        } else {
          change(key, idle);
        }
      }
      case UNRECOGNIZED -> throw new AssertionError("nobody writes it");
    }
  }

  private void change(FactKey<Claim> key, Claim to) {
    next();
    WatchEvent put = FakeWatches.put(revision, key, to);
    facts.put(key.text(), put.getFact());
    log.add(put);
  }

  private void delete(FactKey<Claim> key) {
    claim(key).ifPresent(gone -> epochs.put(key.text(), gone.epoch()));
    next();
    facts.remove(key.text());
    log.add(FakeWatches.delete(revision, key.text()));
  }

  private void next() {
    revision++;
    cluster.a.header = FakeCluster.header("a:1", "a:1", 1, revision);
    if (random.nextInt(20) == 0) {
      floor = revision - random.nextInt(5);
    }
  }

  private int allCreates() {
    return cluster.a.watches.streams.stream().mapToInt(one -> one.creates().size()).sum();
  }

  private boolean isWatched() {
    if (allCreates() == 0) {
      return false;
    }
    FakeWatches.Stream stream = cluster.a.watches.last();
    return !stream.gone
        && !stream.creates().isEmpty()
        && stream.requests.stream()
            .noneMatch(
                one ->
                    one.hasCancel()
                        && one.getCancel().getWatchId() == stream.lastCreate().getWatchId());
  }

  /** Begins what was asked for, if it has not begun. */
  private void serve() {
    if (!isWatched() || allCreates() == creates) {
      return;
    }
    creates = allCreates();
    FakeWatches.Stream stream = cluster.a.watches.last();
    if (stream.lastCreate().getInitialState()) {
      stream.begins();
      List<Fact> all = List.copyOf(facts.values());
      int cut = random.nextInt(all.size() + 1);
      stream.page(revision, false, all.subList(0, cut).toArray(Fact[]::new));
      stream.page(revision, true, all.subList(cut, all.size()).toArray(Fact[]::new));
      sentThrough = revision;
      live = true;
    } else if (stream.lastCreate().getFromRevision() <= floor) {
      gaps++;
      live = false;
      stream.refuses(FakeWatches.problem("COMPACTED").setFloor(floor));
    } else {
      stream.begins();
      sentThrough = stream.lastCreate().getFromRevision() - 1;
      live = true;
    }
  }

  private void send(int atMost) {
    if (!live || !isWatched() || allCreates() != creates) {
      return;
    }
    int sent = 0;
    for (WatchEvent event : log) {
      if (event.getFact().getModRevision() > sentThrough && sent < atMost) {
        sent++;
        sentThrough = event.getFact().getModRevision();
        cluster.a.watches.last().events(false, event);
      }
    }
  }

  private void breaks() {
    if (isWatched() && allCreates() == creates && live) {
      live = false;
      cluster.a.watches.last().breaks();
    }
  }

  private void pass() {
    cluster.time.advance(Duration.ofMillis(500));
  }

  private boolean isCaughtUp() {
    boolean nobodyCares = handles.stream().allMatch(one -> one.state() == ClaimHandle.State.LOST);
    return nobodyCares || isUpToDate();
  }

  /** Whether all that happened was sent. */
  private boolean isUpToDate() {
    return live && isWatched() && allCreates() == creates && sentThrough == revision;
  }

  private void check(boolean caughtUp) {
    for (ClaimHandle handle : handles) {
      ClaimHandle.State now = handle.state();
      ClaimHandle.State before = seen.getOrDefault(handle, ClaimHandle.State.OWNED);
      seen.put(handle, now);
      if (now.compareTo(before) < 0) {
        violations.add(handle + " went from " + before + " back to " + now);
      }
      ClaimHandle.State truth = truth(handle);
      if (now.compareTo(truth) > 0) {
        violations.add(handle + " is " + now + " and was never more than " + truth);
      }
      if (caughtUp && now != truth) {
        violations.add(handle + " is " + now + " with all told, and in the store " + truth);
      }
      if (now != ClaimHandle.State.OWNED && !handle.draining().isDone()) {
        violations.add(handle + " is " + now + " and nobody was told");
      }
    }
  }

  private ClaimHandle.State truth(ClaimHandle handle) {
    Optional<Claim> claim = claim(handle.grant().key());
    if (claim.isEmpty()
        || claim.get().epoch() != handle.grant().epoch()
        || !claim.get().owner().equals("w")) {
      return ClaimHandle.State.LOST;
    }
    return switch (claim.get().state()) {
      case OWNED -> ClaimHandle.State.OWNED;
      case DRAINING -> ClaimHandle.State.DRAINING;
      default -> ClaimHandle.State.LOST;
    };
  }

  @Override
  public void close() {
    cluster.close();
  }
}
