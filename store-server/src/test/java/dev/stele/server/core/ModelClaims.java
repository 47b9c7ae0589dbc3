// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.ModelStore.Item;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.DrainClaim;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.ReleaseClaim;
import dev.stele.server.core.command.TakeOverClaim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the core ought to do to claims of pools, in the manner of {@link ModelStore}. Bodies are
 * read as the strings that they are: all numbers of these tests are of one byte, and so are the
 * lengths of owners.
 */
final class ModelClaims {
  private static final char IDLE = 0;
  private static final char OWNED = 1;
  private static final char DRAINING = 2;
  private static final char RETIRED = 3;

  private final SortedMap<String, Item> state;
  private final Setter setter;

  ModelClaims(SortedMap<String, Item> state, Setter setter) {
    this.state = state;
    this.setter = setter;
  }

  /** Writes a fact of the state. */
  interface Setter {
    void set(String key, String body, String lease);
  }

  private record Claim(String owner, int epoch, char state, int drain) {
    static final Claim NEW = new Claim("", 0, IDLE, 0);

    static Claim read(String body) {
      int end = 2 + body.charAt(1);
      int drain = body.charAt(0) == 1 ? 0 : body.charAt(end + 2);
      return new Claim(body.substring(2, end), body.charAt(end), body.charAt(end + 1), drain);
    }

    String body() {
      char version = (char) (drain == 0 ? 1 : 2);
      String plain = "" + version + (char) owner.length() + owner + (char) epoch + state;
      return drain == 0 ? plain : plain + (char) drain;
    }

    boolean owned() {
      return state == OWNED || state == DRAINING;
    }
  }

  /** {@code last} below {@code first}: no range. */
  private record Pool(boolean retires, int most, int mostEach, int first, int last) {
    static Pool read(String body) {
      boolean range = body.charAt(4) == 1;
      return new Pool(
          body.charAt(1) == 1,
          body.charAt(2),
          body.charAt(3),
          range ? body.charAt(5) : 0,
          range ? body.charAt(6) : -1);
    }

    boolean hasRange() {
      return first <= last;
    }

    boolean hasItem(String item) {
      return item.matches("[0-9]") && item.charAt(0) - '0' >= first && item.charAt(0) - '0' <= last;
    }
  }

  private static String poolName(String claim) {
    return claim.startsWith("claim/") && claim.lastIndexOf('/') > 5
        ? claim.substring(6, claim.lastIndexOf('/'))
        : "";
  }

  private static String itemName(String claim) {
    return claim.substring(claim.lastIndexOf('/') + 1);
  }

  private Optional<Pool> pool(String name) {
    return Optional.ofNullable(state.get("pool/" + name)).map(item -> Pool.read(item.body()));
  }

  private Optional<Pool> poolOf(String claim) {
    return pool(poolName(claim));
  }

  /** The claims of a pool by their keys. */
  private List<Map.Entry<String, Item>> claims(String pool) {
    return state.entrySet().stream()
        .filter(
            entry -> entry.getKey().startsWith("claim/") && poolName(entry.getKey()).equals(pool))
        .toList();
  }

  /** Why the put of a pool or claim is refused. */
  Optional<String> putRefusal(String key, String body, boolean bound) {
    if (key.startsWith("pool/")) {
      return poolRefusal(key.substring("pool/".length()), body);
    }
    Optional<Pool> pool = poolOf(key);
    if (pool.isEmpty()) {
      return Optional.empty();
    }
    boolean outside = pool.get().hasRange() && !pool.get().hasItem(itemName(key));
    if (bound || outside) {
      return Optional.of("INVALID_FIELD");
    }
    Item before = state.get(key);
    if (before != null && Claim.read(before.body()).owned()) {
      return Optional.of("LEASE_HELD");
    }
    Claim after = Claim.read(body);
    boolean sameOwner =
        after.state == RETIRED
            && before != null
            && Claim.read(before.body()).owner.equals(after.owner);
    boolean otherEpoch = before != null && Claim.read(before.body()).epoch != after.epoch;
    boolean wrong =
        after.owned() || (!after.owner.isEmpty() && !sameOwner) || after.drain != 0 || otherEpoch;
    return wrong ? Optional.of("INVALID_FIELD") : Optional.empty();
  }

  private Optional<String> poolRefusal(String name, String body) {
    if (!body.startsWith("\1")) {
      return Optional.of("INVALID_FIELD");
    }
    Pool after = Pool.read(body);
    int first = pool(name).map(Pool::first).orElse(0);
    int last = pool(name).map(Pool::last).orElse(-1);
    boolean other = after.first != first || after.last != last;
    return other && !claims(name).isEmpty() ? Optional.of("INVALID_FIELD") : Optional.empty();
  }

  /** Why the fact may not be deleted. */
  Optional<String> deleteRefusal(String key) {
    if (key.startsWith("pool/") && !claims(key.substring("pool/".length())).isEmpty()) {
      return Optional.of("INVALID_FIELD");
    }
    boolean owned = poolOf(key).isPresent() && Claim.read(state.get(key).body()).owned();
    return owned ? Optional.of("LEASE_HELD") : Optional.empty();
  }

  /** What becomes of a claim whose lease is gone; empty when it has no pool. */
  Optional<String> lost(String key, String body) {
    return poolOf(key).map(pool -> lost(pool, Claim.read(body)).body());
  }

  private static Claim lost(Pool pool, Claim claim) {
    if (pool.retires || claim.state == RETIRED) {
      return new Claim(claim.owner, claim.epoch, RETIRED, 0);
    }
    return new Claim("", claim.epoch, IDLE, 0);
  }

  /** Hands what is owned under a lease over; returns a refusal. */
  Optional<String> handOver(String lease, String to, long revision) {
    for (Map.Entry<String, Item> entry : List.copyOf(state.entrySet())) {
      String key = entry.getKey();
      Optional<Pool> pool = poolOf(key);
      if (!entry.getValue().lease().startsWith(lease + ":") || pool.isEmpty()) {
        continue;
      }
      Claim claim = Claim.read(entry.getValue().body());
      if (claim.owned()) {
        Claim next = new Claim(to, claim.epoch + 1, claim.state, claim.drain);
        setter.set(key, next.body(), lease + ":" + revision);
        if (pool.get().mostEach > 0 && owned(poolName(key), to) > pool.get().mostEach) {
          return Optional.of("LIMIT_REACHED");
        }
      }
    }
    return Optional.empty();
  }

  private long owned(String pool, String owner) {
    return claims(pool).stream()
        .map(entry -> Claim.read(entry.getValue().body()))
        .filter(claim -> claim.owned() && (owner.isEmpty() || claim.owner.equals(owner)))
        .count();
  }

  /** Runs a command of claims whose guard holds; returns the result in words. */
  String run(Command command) {
    if (command instanceof NextClaim next) {
      return next(next);
    }
    if (command instanceof TakeOverClaim takeOver) {
      return takeOver(takeOver);
    }
    String key =
        command instanceof DrainClaim drain
            ? drain.key().toString()
            : command instanceof ReleaseClaim release
                ? release.key().toString()
                : ((EndDrain) command).key().toString();
    if (command instanceof DrainClaim drain && drain.deadlineMillis() == 0) {
      return "refused INVALID_FIELD";
    }
    if (poolName(key).isEmpty()) {
      return "refused INVALID_FIELD";
    }
    if (poolOf(key).isEmpty() || !state.containsKey(key)) {
      return "refused NOT_FOUND";
    }
    return change(command, key, state.get(key));
  }

  private String change(Command command, String key, Item item) {
    Claim claim = Claim.read(item.body());
    if (command instanceof DrainClaim drain) {
      boolean other = drain.epoch().isPresent() && drain.epoch().getAsLong() != claim.epoch;
      if (other || !claim.owned()) {
        return "refused COMPARE_FAILED";
      }
      int millis = (int) drain.deadlineMillis();
      setter.set(key, new Claim(claim.owner, claim.epoch, DRAINING, millis).body(), item.lease());
    } else if (command instanceof ReleaseClaim release) {
      if (release.epoch() != claim.epoch) {
        return "refused COMPARE_FAILED";
      }
      if (!claim.owned() || !item.lease().startsWith(release.lease().name() + ":")) {
        return "refused FENCED";
      }
      String owner = release.retire() ? claim.owner : "";
      char after = release.retire() ? RETIRED : IDLE;
      setter.set(key, new Claim(owner, claim.epoch, after, 0).body(), "");
    } else {
      if (((EndDrain) command).revision() != item.mod() || claim.state != DRAINING) {
        return "refused COMPARE_FAILED";
      }
      setter.set(key, lost(poolOf(key).orElseThrow(), claim).body(), "");
    }
    return "changed $R";
  }

  private String next(NextClaim next) {
    Optional<Pool> pool = pool(next.pool());
    if (pool.isEmpty()) {
      return "refused NOT_FOUND";
    }
    if (shut(next.pool(), next.lease().name(), Optional.empty())) {
      return "refused LIMIT_REACHED";
    }
    // Items of ranges are of one digit here: the order of keys is that of the range.
    List<String> free = new ArrayList<>();
    claims(next.pool()).stream()
        .filter(entry -> Claim.read(entry.getValue().body()).state == IDLE)
        .forEach(entry -> free.add(entry.getKey()));
    for (int item = pool.get().first; item <= pool.get().last; item++) {
      String key = "claim/" + next.pool() + "/" + item;
      if (!state.containsKey(key)) {
        free.add(key);
      }
    }
    return free.isEmpty()
        ? "refused POOL_EXHAUSTED"
        : take(free.get(0), next.lease().name(), next.lease().token());
  }

  private String takeOver(TakeOverClaim takeOver) {
    String key = takeOver.key().toString();
    if (poolName(key).isEmpty()) {
      return "refused INVALID_FIELD";
    }
    Optional<Pool> pool = poolOf(key);
    Item item = state.get(key);
    if (pool.isEmpty() || (item == null && !pool.get().hasItem(itemName(key)))) {
      return "refused NOT_FOUND";
    }
    Claim claim = item == null ? Claim.NEW : Claim.read(item.body());
    if (claim.epoch != takeOver.epoch() || claim.state == RETIRED) {
      return "refused COMPARE_FAILED";
    }
    if (claim.owned() && !item.lease().isEmpty()) {
      return "refused LEASE_HELD";
    }
    return shut(poolName(key), takeOver.lease().name(), Optional.of(claim))
        ? "refused LIMIT_REACHED"
        : take(key, takeOver.lease().name(), takeOver.lease().token());
  }

  /** Whether a gate of the pool lets nobody through, or not this one. */
  private boolean shut(String name, String lease, Optional<Claim> standing) {
    Pool pool = pool(name).orElseThrow();
    String owner = holder(lease);
    boolean already = standing.isPresent() && standing.get().owned();
    boolean mine = already && standing.get().owner.equals(owner);
    Item member = state.get("member/" + owner);
    boolean drains =
        member != null
            && member.lease().startsWith(lease + ":")
            && member.body().charAt(2 + member.body().charAt(1) + 1) == 3;
    return (pool.most > 0 && owned(name, "") - (already ? 1 : 0) >= pool.most)
        || (pool.mostEach > 0 && owned(name, owner) - (mine ? 1 : 0) >= pool.mostEach)
        || drains;
  }

  /** A version byte, the length of a name of one letter, the name. */
  private String holder(String lease) {
    return state.get("lease/" + lease).body().substring(2, 3);
  }

  private String take(String key, String lease, long token) {
    Claim before = state.containsKey(key) ? Claim.read(state.get(key).body()) : Claim.NEW;
    Claim after = new Claim(holder(lease), before.epoch + 1, OWNED, 0);
    setter.set(key, after.body(), lease + ":" + token);
    return "owned " + key + " " + after.owner + " " + after.epoch + " $R";
  }
}
