// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.claims;

import dev.stele.client.LeaseRef;
import dev.stele.client.kind.Claim.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Goes through a history, revision by revision, and says what G11 forbids in it: an epoch that two
 * owned or that was left out, a claim that was lost, one that its owner had beyond the end of the
 * lease, one that was taken while an earlier one was idle, or beyond the gate of an owner.
 *
 * <p>Leases are named as their holders, so that a claim tells by itself whose it must be. Knows
 * claims that are taken by {@code next} alone.
 */
public final class ClaimChecker {
  private final Set<String> keys;
  private final long maxPerOwner;

  private final Map<String, ClaimRow> standing = new HashMap<>();
  private final NavigableSet<String> idle = new TreeSet<>();
  private final Map<String, Long> tokens = new HashMap<>();
  private final Map<LeaseRef, Set<String>> bound = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private long taken;

  /**
   * A checker of one history.
   *
   * @param keys of all claims that there must be
   * @param maxPerOwner the gate of the pool
   */
  public ClaimChecker(Collection<String> keys, long maxPerOwner) {
    this.keys = new TreeSet<>(keys);
    this.maxPerOwner = maxPerOwner;
  }

  /** Everything that must not be; call it once. */
  public List<String> problems(ClaimHistory history) {
    SortedMap<Long, List<LeaseRow>> leases = new TreeMap<>();
    history
        .leases()
        .forEach(row -> leases.computeIfAbsent(row.revision(), r -> new ArrayList<>()).add(row));
    SortedMap<Long, List<ClaimRow>> claims = new TreeMap<>();
    history
        .claims()
        .forEach(row -> claims.computeIfAbsent(row.revision(), r -> new ArrayList<>()).add(row));
    Set<Long> revisions = new TreeSet<>(leases.keySet());
    revisions.addAll(claims.keySet());
    for (long revision : revisions) {
      List<LeaseRef> ended = changeLeases(leases.getOrDefault(revision, List.of()));
      changeClaims(claims.getOrDefault(revision, List.of()));
      for (LeaseRef lease : ended) {
        bound
            .getOrDefault(lease, Set.of())
            .forEach(key -> say(revision, key, "is owned beyond the end of " + lease));
      }
    }
    for (String key : keys) {
      if (!standing.containsKey(key)) {
        problems.add(key + " is lost");
      }
    }
    return List.copyOf(problems);
  }

  /** How often a claim was taken. */
  public long taken() {
    return taken;
  }

  private List<LeaseRef> changeLeases(List<LeaseRow> rows) {
    List<LeaseRef> ended = new ArrayList<>();
    for (LeaseRow row : rows) {
      Long before = row.held() ? tokens.put(row.name(), row.revision()) : tokens.remove(row.name());
      if (before != null) {
        ended.add(new LeaseRef(row.name(), before));
      }
    }
    return ended;
  }

  private void changeClaims(List<ClaimRow> rows) {
    List<ClaimRow> takings = new ArrayList<>();
    for (ClaimRow row : rows) {
      ClaimRow before = standing.get(row.key());
      if (before != null && before.isIn(State.IDLE) && row.isIn(State.OWNED)) {
        takings.add(row);
      }
    }
    // Before anything of this revision is applied: what is given back in it was not idle yet.
    takings.forEach(this::checkFirst);
    if (takings.size() > 1) {
      say(rows.get(0).revision(), takings.toString(), "are taken at once");
    }
    for (ClaimRow row : rows) {
      checkStep(row);
      apply(row);
    }
    takings.forEach(this::checkTaken);
  }

  private void checkFirst(ClaimRow row) {
    String first = idle.first();
    if (!first.equals(row.key())) {
      say(row, "is taken while " + first + " is idle");
    }
  }

  private void checkTaken(ClaimRow row) {
    taken++;
    long owned =
        row.lease().map(lease -> bound.getOrDefault(lease, Set.of()).size()).orElse(0).longValue();
    if (owned > maxPerOwner) {
      say(row, row.owner() + " owns " + owned + " of at most " + maxPerOwner);
    }
  }

  private void checkStep(ClaimRow row) {
    ClaimRow before = standing.get(row.key());
    if (row.claim().isEmpty()) {
      say(row, "is deleted");
    } else if (before == null) {
      if (!row.isIn(State.IDLE) || row.epoch() != 0) {
        say(row, "begins as " + row.claim().get());
      }
    } else {
      long step = before.isIn(State.IDLE) && row.isIn(State.OWNED) ? 1 : 0;
      if (row.epoch() != before.epoch() + step) {
        say(row, "goes from epoch " + before.epoch() + " to " + row.epoch());
      }
      if (!isAllowed(before, row)) {
        say(row, "goes from " + before.claim().get() + " to " + row.claim().get());
      }
    }
    checkOwner(row);
  }

  private static boolean isAllowed(ClaimRow before, ClaimRow row) {
    if (before.isIn(State.IDLE)) {
      return row.isIn(State.OWNED);
    }
    if (before.isOwned() && row.isOwned()) {
      // It drains, or gets another deadline; nobody else gets it on the way.
      return row.isIn(State.DRAINING)
          && before.owner().equals(row.owner())
          && before.lease().equals(row.lease());
    }
    return before.isOwned() && (row.isIn(State.IDLE) || row.isIn(State.RETIRED));
  }

  private void checkOwner(ClaimRow row) {
    if (!row.isOwned()) {
      if (row.lease().isPresent() || (row.isIn(State.IDLE) && !row.owner().isEmpty())) {
        say(row, "is nobody's, and yet " + row.owner() + "'s under " + row.lease());
      }
      return;
    }
    if (row.lease().isEmpty()) {
      say(row, "is owned under no lease");
      return;
    }
    LeaseRef lease = row.lease().get();
    Long held = tokens.get(lease.name());
    if (held == null || held != lease.token()) {
      say(row, "is owned under " + lease + ", which is not held");
    }
    if (!row.owner().equals(lease.name())) {
      say(row, "is owned by " + row.owner() + " under the lease of another, " + lease);
    }
  }

  private void apply(ClaimRow row) {
    ClaimRow before =
        row.claim().isEmpty() ? standing.remove(row.key()) : standing.put(row.key(), row);
    if (before != null) {
      before
          .lease()
          .ifPresent(lease -> bound.getOrDefault(lease, new HashSet<>()).remove(row.key()));
    }
    row.lease()
        .ifPresent(lease -> bound.computeIfAbsent(lease, l -> new HashSet<>()).add(row.key()));
    if (row.isIn(State.IDLE)) {
      idle.add(row.key());
    } else {
      idle.remove(row.key());
    }
  }

  private void say(ClaimRow row, String what) {
    say(row.revision(), row.key(), what);
  }

  private void say(long revision, String key, String what) {
    problems.add("at revision " + revision + " " + key + " " + what);
  }
}
