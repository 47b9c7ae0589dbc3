// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
      identity =
          identity.isEmpty()
              ? form.identity().clusterId() + "/" + form.identity().epoch()
              : identity;
      return "formed " + identity;
    }
    if (command instanceof Compact compact) {
      if (compact.revision() <= 0 || compact.revision() > revision()) {
        return "refused INVALID_FIELD";
      }
      floor = Math.max(floor, compact.revision());
      return "compacted " + floor;
    }
    Attempt attempt = new Attempt(at(revision()), revision() + 1);
    try {
      String result = attempt.run(command);
      if (attempt.changed) {
        states.add(attempt.state);
      }
      return result.replace("$R", Long.toString(revision()));
    } catch (Refused refused) {
      return "refused " + refused.getMessage();
    }
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
    private final SortedMap<String, Item> state;
    private final Set<String> written = new HashSet<>();
    private final long revision;
    private boolean changed;

    Attempt(SortedMap<String, Item> before, long revision) {
      this.state = new TreeMap<>(before);
      this.revision = revision;
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
      Txn txn = (Txn) command;
      guard(txn.guards());
      boolean holds = txn.compares().stream().allMatch(this::holds);
      StringBuilder answers = new StringBuilder();
      for (Operation operation : holds ? txn.then() : txn.orElse()) {
        answers.append(' ').append(run(operation));
      }
      return "ran $R " + holds + answers;
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
      if (!Set.of("claim", "config", "desired", "endpoint", "member", "rollout").contains(kind)) {
        throw new Refused("UNKNOWN_KIND");
      }
      if (body.length() > 16 * 1024) {
        throw new Refused("BODY_TOO_LARGE");
      }
      if (!written.add(key)) {
        throw new Refused("INVALID_FIELD");
      }
      guard(lease.stream().toList());
      Item before = state.get(key);
      long create = before == null ? revision : before.create;
      long version = before == null ? 1 : before.version + 1;
      String bound = lease.map(ref -> ref.name() + ":" + ref.token()).orElse("");
      state.put(key, new Item(body.toUtf8(), create, revision, version, bound));
      changed = true;
    }

    private long delete(KeyRange range) {
      List<String> keys = List.copyOf(within(range).keySet());
      for (String key : keys) {
        if (!written.add(key)) {
          throw new Refused("INVALID_FIELD");
        }
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

    private static void guard(List<LeaseRef> guards) {
      // No lease can be acquired yet, so none is held.
      if (!guards.isEmpty()) {
        throw new Refused("FENCED");
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
        difference = Long.signum(number(item, target) - given(target));
      }
      return switch (compare.relation()) {
        case EQUAL -> difference == 0;
        case NOT_EQUAL -> difference != 0;
        case GREATER -> difference > 0;
        case LESS -> difference < 0;
      };
    }

    private static long number(Item item, Compare.Target target) {
      if (item == null || target instanceof Compare.LeaseToken) {
        return 0;
      }
      if (target instanceof Compare.CreateRevision) {
        return item.create;
      }
      return target instanceof Compare.ModRevision ? item.mod : item.version;
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
