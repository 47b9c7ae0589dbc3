// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.DeregisterMember;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.ReleaseClaim;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.TakeOverClaim;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the core ought to do, written to be obvious and nothing else: a whole copy of the state for
 * each revision, and strings for results. It shares no rule with the core.
 */
final class ModelStore {
  /** States by revision; the first is that of revision 0. */
  private final List<SortedMap<String, Item>> states = new ArrayList<>();

  static final long TTL_MILLIS = 3_600_000;

  private final NavigableMap<String, Remembered> sessions = new TreeMap<>();

  /** What is written down of what leases have left. */
  private final SortedMap<String, Long> checkpoints = new TreeMap<>();

  /** Where the end of a lease does another thing than it does by itself, by kind. */
  private final SortedMap<String, LeaseLoss> losses = new TreeMap<>();

  private String identity = "";
  private long now;
  private long floor;

  ModelStore() {
    states.add(new TreeMap<>());
  }

  long revision() {
    return states.size() - 1L;
  }

  SortedMap<String, Item> at(long revision) {
    return states.get((int) revision);
  }

  long floor() {
    return floor;
  }

  String identity() {
    return identity;
  }

  /** Sessions that are remembered. */
  int sessions() {
    return sessions.size();
  }

  /** Store time from here on. */
  void passTo(long millis) {
    now = millis;
  }

  Optional<Long> checkpoint(String lease) {
    return Optional.ofNullable(checkpoints.get(lease));
  }

  /** The keys of what is bound to {@code lease}, in order. */
  List<String> bound(String lease) {
    return at(revision()).entrySet().stream()
        .filter(entry -> entry.getValue().lease.startsWith(lease + ":"))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The token of {@code lease}; 0 when nobody holds it. */
  long token(String lease) {
    return Attempt.mod(at(revision()).get("lease/" + lease));
  }

  /** Decides a command and tells the result in words. */
  String apply(Command command) {
    if (command instanceof Once once) {
      return once(once);
    }
    if (command instanceof ExpireSessions expire) {
      int before = sessions.size();
      expire.ids().stream()
          .map(SessionId::toString)
          .filter(id -> sessions.containsKey(id) && now - sessions.get(id).used >= TTL_MILLIS)
          .toList()
          .forEach(sessions::remove);
      return "expired " + (before - sessions.size());
    }
    if (command instanceof FormCluster form) {
      if (identity.isEmpty()) {
        identity = form.identity().clusterId() + "/" + form.identity().epoch();
        seed(form);
      }
      return "formed " + identity;
    }
    if (command instanceof Compact compact) {
      if (compact.revision() <= 0 || compact.revision() > revision()) {
        return "refused INVALID_FIELD";
      }
      floor = Math.max(floor, compact.revision());
      return "compacted " + floor;
    }
    if (command instanceof CheckpointLease checkpoint) {
      return checkpoint(checkpoint);
    }
    Attempt attempt = new Attempt(at(revision()), revision() + 1, losses);
    try {
      String result = attempt.run(command);
      if (attempt.changed) {
        states.add(attempt.state);
      }
      attempt.written.stream()
          .filter(key -> key.startsWith("lease/"))
          .forEach(key -> checkpoints.remove(key.substring("lease/".length())));
      return result.replace("$R", Long.toString(revision()));
    } catch (Refused refused) {
      return "refused " + refused.getMessage();
    }
  }

  private void seed(FormCluster form) {
    SortedMap<String, Item> seeded = new TreeMap<>(at(revision()));
    form.kinds()
        .forEach(
            (kind, policy) -> {
              String body = KindPolicyCodec.encode(policy).toUtf8();
              seeded.put("kind/" + kind, new Item(body, revision() + 1, revision() + 1, 1, ""));
              losses.put(kind, policy.onLeaseLoss().orElseThrow());
            });
    if (!form.kinds().isEmpty()) {
      states.add(seeded);
    }
  }

  private String checkpoint(CheckpointLease checkpoint) {
    if (checkpoint.term() != 1) {
      return "refused NOT_LEADER";
    }
    String name = checkpoint.lease().name();
    if (token(name) != checkpoint.lease().token()) {
      return "refused FENCED";
    }
    checkpoints.remove(name);
    checkpoint.remainingMillis().ifPresent(millis -> checkpoints.put(name, millis));
    return "checkpointed";
  }

  private String once(Once once) {
    SessionTag tag = once.tag();
    String id = tag.id().toString();
    Remembered session = sessions.getOrDefault(id, new Remembered());
    if (tag.sequence() < session.mark) {
      return "refused SEQUENCE_TOO_OLD";
    }
    Answer earlier = session.answers.get(tag.sequence());
    if (earlier != null) {
      return earlier.write.equals(once.write())
          ? "again " + earlier.words
          : "refused SEQUENCE_REUSED";
    }
    if (tag.storeTimeMillis() > now) {
      return "refused INVALID_FIELD";
    }
    if (now - tag.storeTimeMillis() >= TTL_MILLIS) {
      return "refused SESSION_EXPIRED";
    }
    String words = apply(once.write());
    session.mark = Math.max(session.mark, tag.acknowledgedBelow());
    session.used = now;
    session.answers.put(tag.sequence(), new Answer(once.write(), words));
    session.answers.headMap(session.mark).clear();
    sessions.put(id, session);
    return "once " + words;
  }

  /** What is known of a client. */
  private static final class Remembered {
    private final NavigableMap<Long, Answer> answers = new TreeMap<>();
    private long mark = 1;
    private long used;
  }

  private record Answer(Command write, String words) {}

  record Item(String body, long create, long mod, long version, String lease) {}

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason);
    }
  }

  /** One command on a copy of the state, thrown away when it is refused. */
  private static final class Attempt {
    private static final Set<String> KINDS =
        Set.of("claim", "config", "desired", "endpoint", "failover", "member", "pool", "rollout");

    private final SortedMap<String, Item> state;
    private final Set<String> written = new HashSet<>();
    private final long revision;
    private final SortedMap<String, LeaseLoss> losses;
    private final ModelClaims claims;
    private boolean changed;

    Attempt(SortedMap<String, Item> before, long revision, SortedMap<String, LeaseLoss> losses) {
      this.state = new TreeMap<>(before);
      this.revision = revision;
      this.losses = losses;
      this.claims = new ModelClaims(state, this::set);
    }

    String run(Command command) {
      if (command instanceof Put put) {
        guard(put.guards());
        expect(put.expect(), put.key().toString());
        put(put.key().toString(), put.body(), put.lease());
        Item item = state.get(put.key().toString());
        return "written $R " + item.create + " " + item.version;
      }
      if (command instanceof Delete delete) {
        guard(delete.guards());
        reach(delete.range());
        if (delete.ifRevision().isPresent()) {
          expect(new Expect.AtRevision(delete.ifRevision().getAsLong()), text(delete.range()));
        }
        return "deleted $R " + delete(delete.range());
      }
      if (command instanceof AcquireLease acquire) {
        return acquire(acquire);
      }
      if (command instanceof HandOverLease handOver) {
        return handOver(handOver);
      }
      if (command instanceof ReleaseLease release) {
        return end(release.lease());
      }
      if (command instanceof ExpireLease expire) {
        if (expire.term() != 1) {
          throw new Refused("NOT_LEADER");
        }
        return end(expire.lease());
      }
      if (command instanceof Txn txn) {
        return run(txn);
      }
      if (command instanceof RegisterMember register) {
        return register(register);
      }
      if (command instanceof UpdateMember update) {
        return update(update);
      }
      if (command instanceof DeregisterMember deregister) {
        return deregister(deregister.lease());
      }
      if (command instanceof NextClaim next) {
        guard(List.of(next.lease()));
      }
      if (command instanceof TakeOverClaim takeOver) {
        guard(List.of(takeOver.lease()));
      }
      if (command instanceof ReleaseClaim release) {
        guard(List.of(release.lease()));
      }
      if (command instanceof EndDrain end && end.term() != 1) {
        throw new Refused("NOT_LEADER");
      }
      return claims.run(command);
    }

    private String run(Txn txn) {
      guard(txn.guards());
      boolean holds = txn.compares().stream().allMatch(this::holds);
      StringBuilder answers = new StringBuilder();
      for (Operation operation : holds ? txn.then() : txn.orElse()) {
        answers.append(' ').append(run(operation));
      }
      return "ran $R " + holds + answers;
    }

    private String acquire(AcquireLease acquire) {
      boolean misnamed = acquire.name().contains("//") || acquire.holder().isEmpty();
      if (misnamed || acquire.ttlMillis() < 500) {
        throw new Refused("INVALID_FIELD");
      }
      String key = "lease/" + acquire.name();
      if (state.containsKey(key)) {
        throw new Refused("LEASE_HELD");
      }
      // A version byte, the length of a name of one letter, the name, and what nobody changes.
      String rest =
          LeaseRecordCodec.encode(new LeaseRecord("?", acquire.ttlMillis(), acquire.metadata()))
              .toUtf8()
              .substring(3);
      set(key, "\1\1" + acquire.holder() + rest, "");
      return "acquired $R";
    }

    private String handOver(HandOverLease handOver) {
      if (handOver.to().isEmpty()) {
        throw new Refused("INVALID_FIELD");
      }
      guard(List.of(handOver.lease()));
      String key = "lease/" + handOver.lease().name();
      String body = state.get(key).body;
      String after = body.substring(0, 2) + handOver.to() + body.substring(3);
      if (after.equals(body)) {
        throw new Refused("INVALID_FIELD");
      }
      set(key, after, "");
      refuse(claims.handOver(handOver.lease().name(), handOver.to(), revision));
      return "handed over $R";
    }

    private String end(LeaseRef lease) {
      guard(List.of(lease));
      remove("lease/" + lease.name());
      followAll(lease.name(), Set.of());
      return "ended $R";
    }

    private void remove(String key) {
      written.add(key);
      state.remove(key);
      changed = true;
    }

    private void followAll(String lease, Set<String> except) {
      for (Map.Entry<String, Item> entry : List.copyOf(state.entrySet())) {
        if (isBound(entry.getValue(), lease) && !except.contains(entry.getKey())) {
          follow(entry.getKey(), entry.getValue().body);
        }
      }
    }

    private static boolean isBound(Item item, String lease) {
      return item != null && item.lease.startsWith(lease + ":");
    }

    /** Of a member whose name is one letter; so is the name of whoever holds its lease. */
    private String register(RegisterMember register) {
      boolean lost = register.member().health() == MemberRecord.Health.LOST;
      if (register.member().address().isEmpty() || lost) {
        throw new Refused("INVALID_FIELD");
      }
      String member = "member/" + register.name();
      Item held = state.get("lease/" + member);
      long said = register.member().incarnation();
      long next = said == 0 ? revision : said;
      if (state.containsKey(member)) {
        long standing = incarnation(state.get(member).body);
        if (next < standing || (next == standing && held != null)) {
          throw new Refused("FENCED");
        }
      }
      if (held != null && !held.body.startsWith(register.name(), 2)) {
        throw new Refused("LEASE_HELD");
      }
      LeaseRecord lease = new LeaseRecord(register.name(), register.ttlMillis(), Bytes.EMPTY);
      set("lease/" + member, LeaseRecordCodec.encode(lease).toUtf8(), "");
      Set<String> own = new HashSet<>(Set.of(member));
      register.endpoints().forEach(endpoint -> own.add(endpoint.key().toString()));
      followAll(member, own);
      String bond = member + ":" + revision;
      MemberRecord life = register.member().withIncarnation(next);
      set(member, MemberCodec.encode(life).toUtf8(), bond);
      for (RegisterMember.Endpoint endpoint : register.endpoints()) {
        String key = endpoint.key().toString();
        if (state.containsKey(key) && !isBound(state.get(key), member)) {
          throw new Refused("ALREADY_EXISTS");
        }
        set(key, endpoint.body().toUtf8(), bond);
      }
      return "registered $R " + next;
    }

    /** Behind a version byte, and an address with its length. */
    private static long incarnation(String member) {
      return member.charAt(2 + member.charAt(1));
    }

    /** Of health alone, which is the byte behind the incarnation. */
    private String update(UpdateMember update) {
      guard(List.of(update.lease()));
      MemberRecord.Health health = update.health().orElseThrow();
      if (health == MemberRecord.Health.LOST) {
        throw new Refused("INVALID_FIELD");
      }
      String member = livingBy(update.lease());
      String body = state.get(member).body;
      int at = 2 + body.charAt(1) + 1;
      String bond = update.lease().name() + ":" + update.lease().token();
      set(member, body.substring(0, at) + (char) health.number() + body.substring(at + 1), bond);
      return "updated $R";
    }

    private String deregister(LeaseRef lease) {
      guard(List.of(lease));
      remove(livingBy(lease));
      remove("lease/" + lease.name());
      followAll(lease.name(), Set.of());
      return "ended $R";
    }

    private String livingBy(LeaseRef lease) {
      if (!lease.name().startsWith("member/") || !isBound(state.get(lease.name()), lease.name())) {
        throw new Refused("NOT_FOUND");
      }
      return lease.name();
    }

    /** A member's health is the third byte behind its address; a claim's state is its last. */
    private void follow(String key, String body) {
      String kind = key.substring(0, key.indexOf('/'));
      Optional<String> lost = claims.lost(key, body);
      if (lost.isPresent()) {
        set(key, lost.get(), "");
        return;
      }
      LeaseLoss loss = losses.getOrDefault(kind, LeaseLoss.DELETE);
      if (kind.equals("member") && !losses.containsKey(kind)) {
        loss = LeaseLoss.MARK_LOST;
      }
      if (kind.equals("claim") && !losses.containsKey(kind)) {
        loss = LeaseLoss.IDLE;
      }
      switch (loss) {
        case DELETE -> state.remove(key);
        case MARK_LOST -> {
          int health = 2 + body.charAt(1) + 1;
          set(key, body.substring(0, health) + "\4" + body.substring(health + 1), "");
        }
        case RETIRE -> set(key, body.substring(0, body.length() - 1) + "\3", "");
        case IDLE ->
            set(
                key,
                body.endsWith("\3") ? body : "\1\0" + body.charAt(2 + body.charAt(1)) + "\0",
                "");
      }
    }

    private String run(Operation operation) {
      if (operation instanceof Operation.PutFact put) {
        put(put.key().toString(), put.body(), put.lease());
        return "put";
      }
      if (operation instanceof Operation.DeleteFacts delete) {
        reach(delete.range());
        return "deleted:" + delete(delete.range());
      }
      if (operation instanceof Operation.GetFact get) {
        return "got:" + state.get(get.key().toString());
      }
      Operation.ListFacts list = (Operation.ListFacts) operation;
      SortedMap<String, Item> found = within(list.range());
      List<String> page = found.keySet().stream().limit(list.limit()).toList();
      StringBuilder listed = new StringBuilder("listed:");
      for (String key : page) {
        Item item = found.get(key);
        listed.append(key).append('=').append(list.keysOnly() ? bodiless(item) : item).append(',');
      }
      return listed.append(found.size() > page.size()).toString();
    }

    private static Item bodiless(Item item) {
      return new Item("", item.create, item.mod, item.version, item.lease);
    }

    private void put(String key, Bytes body, Optional<LeaseRef> lease) {
      String kind = key.substring(0, key.indexOf('/'));
      if (!KINDS.contains(kind)) {
        throw new Refused("UNKNOWN_KIND");
      }
      if (body.length() > 16 * 1024) {
        throw new Refused("BODY_TOO_LARGE");
      }
      if (!written.add(key)) {
        throw new Refused("INVALID_FIELD");
      }
      String text = body.toUtf8();
      boolean readable = text.startsWith("\1") || (kind.equals("claim") && text.startsWith("\2"));
      if (Set.of("claim", "member", "pool").contains(kind) && !readable) {
        throw new Refused("INVALID_FIELD");
      }
      refuse(claims.putRefusal(key, body.toUtf8(), lease.isPresent()));
      guard(lease.stream().toList());
      if (kind.equals("pool") && lease.isPresent()) {
        throw new Refused("INVALID_FIELD");
      }
      set(key, body.toUtf8(), lease.map(ref -> ref.name() + ":" + ref.token()).orElse(""));
    }

    private static void refuse(Optional<String> reason) {
      if (reason.isPresent()) {
        throw new Refused(reason.get());
      }
    }

    private void set(String key, String body, String bound) {
      written.add(key);
      Item before = state.get(key);
      long create = before == null ? revision : before.create;
      long version = before == null ? 1 : before.version + 1;
      state.put(key, new Item(body, create, revision, version, bound));
      changed = true;
    }

    private long delete(KeyRange range) {
      List<String> keys = List.copyOf(within(range).keySet());
      for (String key : keys) {
        if (!written.add(key)) {
          throw new Refused("INVALID_FIELD");
        }
      }
      for (String key : keys) {
        refuse(claims.deleteRefusal(key));
        state.remove(key);
        changed = true;
      }
      return keys.size();
    }

    private SortedMap<String, Item> within(KeyRange range) {
      // Every key of these tests is ASCII, where the order of characters is that of bytes.
      SortedMap<String, Item> tail = state.tailMap(range.from().toUtf8());
      return range.to().isPresent() && !range.isEmpty()
          ? tail.headMap(range.to().get().toUtf8())
          : range.to().isPresent() ? new TreeMap<>() : tail;
    }

    private static String text(KeyRange single) {
      return single.from().toUtf8();
    }

    private void reach(KeyRange range) {
      String from = range.from().toUtf8();
      int slash = from.indexOf('/');
      String end = slash < 0 ? "" : from.substring(0, slash) + "0"; // '0' comes behind '/'
      boolean inside = slash > 0 && range.to().isPresent();
      if (!inside || range.to().get().toUtf8().compareTo(end) > 0) {
        throw new Refused("INVALID_FIELD");
      }
      if (from.startsWith("lease/") || from.startsWith("other/")) {
        throw new Refused("UNKNOWN_KIND");
      }
    }

    private void guard(List<LeaseRef> guards) {
      for (LeaseRef guard : guards) {
        if (mod(state.get("lease/" + guard.name())) != guard.token()) {
          throw new Refused("FENCED");
        }
      }
    }

    private void expect(Expect expect, String key) {
      Item standing = state.get(key);
      if (expect instanceof Expect.Absent && standing != null) {
        throw new Refused("ALREADY_EXISTS");
      }
      if (expect instanceof Expect.AtRevision at && at.revision() != mod(standing)) {
        throw new Refused("COMPARE_FAILED");
      }
    }

    private static long mod(Item item) {
      return item == null ? 0 : item.mod;
    }

    private boolean holds(Compare compare) {
      Item item = state.get(compare.key().toString());
      Compare.Target target = compare.target();
      int difference;
      if (target instanceof Compare.Exists exists) {
        difference = (item != null) == exists.exists() ? 0 : item != null ? 1 : -1;
      } else if (target instanceof Compare.Body body) {
        if (item == null) {
          return compare.relation() == Compare.Relation.NOT_EQUAL;
        }
        difference = item.body.compareTo(body.body().toUtf8());
      } else {
        difference = Long.signum(number(compare.key().toString(), item, target) - given(target));
      }
      return switch (compare.relation()) {
        case EQUAL -> difference == 0;
        case NOT_EQUAL -> difference != 0;
        case GREATER -> difference > 0;
        case LESS -> difference < 0;
      };
    }

    private static long number(String key, Item item, Compare.Target target) {
      if (item == null) {
        return 0;
      }
      if (target instanceof Compare.LeaseToken && !key.startsWith("lease/")) {
        return item.lease.isEmpty()
            ? 0
            : Long.parseLong(item.lease.substring(item.lease.indexOf(':') + 1));
      }
      if (target instanceof Compare.CreateRevision) {
        return item.create;
      }
      return target instanceof Compare.Version ? item.version : item.mod;
    }

    private static long given(Compare.Target target) {
      if (target instanceof Compare.CreateRevision create) {
        return create.revision();
      }
      if (target instanceof Compare.ModRevision mod) {
        return mod.revision();
      }
      return target instanceof Compare.Version version
          ? version.version()
          : ((Compare.LeaseToken) target).token();
    }
  }
}
