// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.SessionUsage;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.StoredReply;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two states that differ anywhere have different hashes; the values themselves never change. */
final class StateHashTest {
  private static final Key A = Key.of("config/a");
  private static final Bytes BODY = Bytes.utf8("body");
  private static final SessionId ID = new SessionId(1, 2);
  private static final StoredReply REPLY = StoredReply.of(3, 4, BODY);

  @Test
  void eachFieldOfAFactCounts() {
    List<Fact> facts =
        List.of(
            new Fact(A, BODY, 1, new Position(2, 3), 4, Optional.empty()),
            new Fact(Key.of("config/b"), BODY, 1, new Position(2, 3), 4, Optional.empty()),
            new Fact(A, Bytes.EMPTY, 1, new Position(2, 3), 4, Optional.empty()),
            new Fact(A, BODY, 9, new Position(2, 3), 4, Optional.empty()),
            new Fact(A, BODY, 1, new Position(9, 3), 4, Optional.empty()),
            new Fact(A, BODY, 1, new Position(2, 9), 4, Optional.empty()),
            new Fact(A, BODY, 1, new Position(2, 3), 9, Optional.empty()),
            new Fact(A, BODY, 1, new Position(2, 3), 4, Optional.of(new LeaseRef("l", 1))),
            new Fact(A, BODY, 1, new Position(2, 3), 4, Optional.of(new LeaseRef("l", 2))));
    assertThat(facts.stream().map(Fact::hash)).doesNotHaveDuplicates();
  }

  @Test
  void eachFieldOfASessionCounts() {
    List<Session> sessions =
        List.of(
            new Session(ID, 3, 5, List.of(REPLY)),
            new Session(new SessionId(1, 9), 3, 5, List.of(REPLY)),
            new Session(new SessionId(9, 2), 3, 5, List.of(REPLY)),
            new Session(ID, 9, 5, List.of(REPLY)),
            new Session(ID, 3, 9, List.of(REPLY)),
            new Session(ID, 3, 5, List.of()),
            new Session(ID, 3, 5, List.of(StoredReply.of(9, 4, BODY))),
            new Session(ID, 3, 5, List.of(StoredReply.of(3, 9, BODY))),
            new Session(ID, 3, 5, List.of(StoredReply.of(3, 4, Bytes.EMPTY))));
    assertThat(sessions.stream().map(Session::hash)).doesNotHaveDuplicates();
  }

  @Test
  void eachFieldOfWhatStandsBesideALeaseCounts() {
    LeaseSide side = new LeaseSide(1, OptionalLong.of(2));
    List<Long> hashes =
        List.of(
            LeaseSide.NONE.hash("a"),
            side.hash("a"),
            side.hash("b"),
            side.plusBound(1).hash("a"),
            side.withCheckpoint(OptionalLong.of(3)).hash("a"),
            side.withCheckpoint(OptionalLong.of(0)).hash("a"),
            side.withCheckpoint(OptionalLong.empty()).hash("a"));
    assertThat(hashes).doesNotHaveDuplicates().startsWith(0L);
    assertThat(Long.toHexString(side.hash("a"))).isEqualTo("d025e8fa0400fa2f");
  }

  @Test
  void eachReplicatedNumberCounts() {
    StoreMeta base = StoreMeta.EMPTY;
    Stream<StoreMeta> metas =
        Stream.of(
            base,
            base.formed(new ClusterIdentity("c", 0), 1),
            base.formed(new ClusterIdentity("d", 0), 1),
            base.formed(new ClusterIdentity("c", 1), 1),
            base.formed(new ClusterIdentity("c", 0), 2),
            base.withStoreTimeMillis(1),
            base.changed(1, Usage.NONE, 0, 0),
            base.changed(0, Usage.NONE.plus("a", 1, 0), 0, 0),
            base.changed(0, Usage.NONE.plus("b", 1, 0), 0, 0),
            base.changed(0, Usage.NONE.plus("a", 0, 1), 0, 0),
            base.changed(0, Usage.NONE, 1, 0),
            base.changed(0, Usage.NONE, 0, 1),
            base.withSessions(new SessionUsage(1, 0), 0),
            base.withSessions(new SessionUsage(0, 1), 0),
            new StoreMeta(Optional.empty(), 0, 0, 1, 0, Usage.NONE, 0, SessionUsage.NONE, 0));
    assertThat(metas.map(StoreMeta::stateHash)).doesNotHaveDuplicates();
  }

  @Test
  void valuesAreTheSameOnEveryMachineAndInEveryRelease() {
    Fact fact = new Fact(A, BODY, 1, new Position(2, 3), 4, Optional.of(new LeaseRef("l", 1)));
    Session session = new Session(ID, 3, 5, List.of(REPLY));
    StoreMeta meta =
        StoreMeta.EMPTY
            .formed(new ClusterIdentity("c", 1), 1)
            .changed(7, Usage.NONE.plus("config", 1, 12), 0, fact.hash() + session.hash());
    assertThat(Long.toHexString(fact.hash())).isEqualTo("3c86e0bdef1a8870");
    assertThat(Long.toHexString(session.hash())).isEqualTo("e0aa1f3243d11a07");
    assertThat(Long.toHexString(meta.stateHash())).isEqualTo("88546adee7cce5c5");
  }
}
