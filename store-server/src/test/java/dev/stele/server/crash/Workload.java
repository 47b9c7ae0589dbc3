// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.port.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A log that follows from its seed: each entry can be made again without the others. Leases that
 * are acquired at its beginning, so that their tokens are known, and come to an end one by one;
 * compactions, and writes of all sorts on few keys, most of them under sessions, sent again soon,
 * late, or after the session was forgotten; store time goes on for more than a session's TTL.
 */
final class Workload {
  /** Entries of a log: store time passes the TTL of a session after some four fifths. */
  static final int LENGTH = 4_600;

  private static final int TERM_ENTRIES = 700;
  private static final int CONFIGURATION_EVERY = 97;
  private static final int SESSION_ENTRIES = 150;
  private static final int MOST_COMMANDS = 4;

  /** So that reclaiming what one compaction passes takes more than one step. */
  private static final int COMPACTION_EVERY = 250;

  private static final long STAMP_STEP_MILLIS = 950;
  private static final String[] KEYS = {
    "desired/a",
    "desired/a/1",
    "desired/b",
    "config/a",
    "config/b",
    "member/m",
    "member/n",
    "claim/c",
    "claim/d",
    "shop/x",
    "shop/y",
    "shop/z",
    "nowhere/x"
  };

  /** Each is in use for so many entries that most come to an end. */
  private static final int LEASES = 46;

  /** The cluster is formed at revision 1, and then the leases are acquired one by one. */
  private static final long FIRST_TOKEN = 2;

  private static final int[] LARGEST_BODIES = {64, 1_000, 12_000};

  private final long seed;
  private final int largestBody;

  Workload(long seed) {
    this.seed = seed;
    this.largestBody = LARGEST_BODIES[new SplittableRandom(seed).nextInt(LARGEST_BODIES.length)];
  }

  /** Where entry {@code index} stands. */
  LogPosition position(long index) {
    return new LogPosition(1 + index / TERM_ENTRIES, index);
  }

  /** Whether the node proposed the entries of {@code term} itself, and so need not decode them. */
  boolean leads(long term) {
    return term % 2 == 1;
  }

  /** Whether entry {@code index} is one of Raft's own, without commands. */
  boolean isConfiguration(long index) {
    return index % CONFIGURATION_EVERY == CONFIGURATION_EVERY - 1;
  }

  Stamp stamp(long index) {
    long millis = index * STAMP_STEP_MILLIS + random(index, -1).nextInt(400);
    return new Stamp(position(index).term(), millis, 0);
  }

  List<Command> commands(long index) {
    if (index == 0) {
      return List.of(form("first"));
    }
    if (index == 1) {
      return IntStream.range(0, LEASES).mapToObj(number -> acquisition(number)).toList();
    }
    List<Command> commands = new ArrayList<>();
    if (index % COMPACTION_EVERY == COMPACTION_EVERY / 2) {
      commands.add(new Compact(random(index, -4).nextLong(index / 2, index)));
    }
    int count = 1 + random(index, -2).nextInt(MOST_COMMANDS);
    for (int place = 0; place < count; place++) {
      commands.add(command(index, place));
    }
    return commands;
  }

  private Command command(long index, int place) {
    SplittableRandom random = random(index, place);
    if (opensWithTag(random)) {
      return tagged(index, place, random);
    }
    int sort = random.nextInt(100);
    if (sort < 45) {
      return again(index, random);
    }
    if (sort < 75) {
      return write(index, random);
    }
    if (sort < 85) {
      return policy(random);
    }
    if (sort < 91) {
      return ofLease(index, random);
    }
    return sort < 97 ? expiry(index) : form("other");
  }

  private static boolean opensWithTag(SplittableRandom random) {
    return random.nextInt(100) < 45;
  }

  /** A new write of the session that is in use around {@code index}. */
  private Once tagged(long index, int place, SplittableRandom random) {
    long number = Math.max(0, index / SESSION_ENTRIES - random.nextInt(2));
    long sequence = (index - number * SESSION_ENTRIES) * MOST_COMMANDS + place + 1;
    long mark = Math.max(1, sequence - random.nextInt(200));
    long seenMillis = Math.max(0, (index - 3 - random.nextInt(20)) * STAMP_STEP_MILLIS);
    return new Once(
        new SessionTag(session(number), sequence, mark, seenMillis), write(index, random));
  }

  /** A write that was sent before, or another one under its tag. */
  private Command again(long index, SplittableRandom random) {
    long back = random.nextInt(10) == 0 ? random.nextInt(LENGTH) : 1 + random.nextInt(60);
    long from = Math.max(1, index - back);
    for (int place = 0; place < MOST_COMMANDS; place++) {
      SplittableRandom first = random(from, place);
      if (opensWithTag(first)) {
        Once once = tagged(from, place, first);
        return random.nextInt(10) == 0 ? new Once(once.tag(), write(index, random)) : once;
      }
    }
    return write(index, random);
  }

  private static Command acquisition(long number) {
    return new AcquireLease("crash/" + number, "a", 90_000, Bytes.EMPTY);
  }

  /** The lease that is in use around {@code index}, as it was held at first. */
  private static LeaseRef lease(long index) {
    long number = index * LEASES / LENGTH;
    return new LeaseRef("crash/" + number, FIRST_TOKEN + number);
  }

  private Command ofLease(long index, SplittableRandom random) {
    LeaseRef lease = lease(index);
    return switch (random.nextInt(12)) {
      case 0 -> new ExpireLease(position(index).term(), lease);
      case 1 -> new ReleaseLease(lease);
      case 2 -> new HandOverLease(lease, "b");
      case 3 -> acquisition(index * LEASES / LENGTH);
      case 4 -> new CheckpointLease(position(index).term(), lease, OptionalLong.empty());
      default ->
          new CheckpointLease(
              position(index).term() - random.nextInt(2),
              lease,
              OptionalLong.of(random.nextInt(90_000)));
    };
  }

  private Command write(long index, SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> new Delete(KeyRange.single(key(random)), OptionalLong.empty(), List.of());
      case 1 -> new Delete(prefix(random), OptionalLong.empty(), List.of());
      case 2, 3 -> txn(index, random);
      default -> {
        Key key = key(random);
        yield new Put(key, body(key, random), expect(random), binding(index, random), List.of());
      }
    };
  }

  private static Optional<LeaseRef> binding(long index, SplittableRandom random) {
    return random.nextInt(3) == 0 ? Optional.of(lease(index)) : Optional.empty();
  }

  private Txn txn(long index, SplittableRandom random) {
    List<Compare> compares =
        List.of(
            new Compare(
                key(random), Compare.Relation.EQUAL, new Compare.Exists(random.nextInt(4) > 0)));
    return new Txn(compares, operations(index, random), operations(index, random), List.of());
  }

  private List<Operation> operations(long index, SplittableRandom random) {
    List<Operation> operations = new ArrayList<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      operations.add(
          switch (random.nextInt(6)) {
            case 0 -> new Operation.DeleteFacts(KeyRange.single(key(random)));
            case 1 -> new Operation.GetFact(key(random));
            case 2 -> new Operation.ListFacts(prefix(random), 2, random.nextBoolean());
            default -> {
              Key key = key(random);
              yield new Operation.PutFact(key, body(key, random), binding(index, random));
            }
          });
    }
    return operations;
  }

  /** Declares a kind, tightens it, or takes it away; often refused, because of the facts of it. */
  private static Command policy(SplittableRandom random) {
    Key key = Kinds.key(random.nextInt(6) == 0 ? "config" : "shop");
    if (random.nextInt(5) == 0) {
      return new Delete(KeyRange.single(key), OptionalLong.empty(), List.of());
    }
    KindPolicy policy =
        new KindPolicy(
            key.name().equals("config") ? BodyType.BUILT_IN : BodyType.BYTES,
            random.nextInt(1, Limits.BODY_DEFAULT_MAX_BYTES),
            1 + random.nextInt(4),
            Optional.empty(),
            "",
            Optional.empty());
    return new Put(
        key, KindPolicyCodec.encode(policy), Expect.ANYTHING, Optional.empty(), List.of());
  }

  /** Names every session so far; whether one goes is decided where it is applied. */
  private Command expiry(long index) {
    List<SessionId> ids = new ArrayList<>();
    for (long number = 0; number <= index / SESSION_ENTRIES; number++) {
      ids.add(session(number));
    }
    return new ExpireSessions(ids);
  }

  private static Command form(String id) {
    TreeMap<String, KindPolicy> kinds = new TreeMap<>();
    kinds.put(
        "shop",
        new KindPolicy(
            BodyType.BYTES,
            Limits.BODY_DEFAULT_MAX_BYTES,
            3,
            Optional.empty(),
            "",
            Optional.empty()));
    return new FormCluster(new ClusterIdentity(id, 0), 1, kinds);
  }

  private SessionId session(long number) {
    return new SessionId(random(number, -3).nextLong(), number);
  }

  private static Key key(SplittableRandom random) {
    return Key.of(KEYS[random.nextInt(KEYS.length)]);
  }

  private static KeyRange prefix(SplittableRandom random) {
    String[] prefixes = {"desired/", "desired/a", "config/", "shop/", "claim/"};
    return KeyRange.prefix(Bytes.utf8(prefixes[random.nextInt(prefixes.length)]));
  }

  private static Expect expect(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> new Expect.Absent();
      case 1 -> new Expect.AtRevision(1 + random.nextInt(2_000));
      default -> Expect.ANYTHING;
    };
  }

  private Bytes body(Key key, SplittableRandom random) {
    long number = random.nextInt(100);
    if (key.kind().equals("claim")) {
      return ClaimCodec.encode(new ClaimRecord("o" + number, number, ClaimRecord.State.OWNED));
    }
    if (key.kind().equals("member")) {
      return MemberCodec.encode(
          new MemberRecord(
              "h:" + number,
              number,
              new TreeMap<>(Map.of("slots", number)),
              MemberRecord.Health.HEALTHY,
              new TreeMap<>()));
    }
    int bytes = random.nextInt(10) == 0 ? random.nextInt(largestBody) : random.nextInt(30);
    return Bytes.utf8(Long.toString(random.nextLong(), 36).repeat(1 + bytes / 12));
  }

  private SplittableRandom random(long index, int place) {
    return new SplittableRandom(seed * 1_000_003 + index * 31 + place);
  }
}
