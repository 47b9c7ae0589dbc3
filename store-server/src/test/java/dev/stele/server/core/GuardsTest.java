// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Compare.Relation;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Outcome;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.view.Overlay;
import dev.stele.server.storage.MapStateStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * Fencing: G5's half that stands in the core. The lease {@code boss} is held with token 7
 * throughout.
 */
final class GuardsTest {
  private static final Key KEY = Key.of("desired/web");
  private static final Bytes BODY = Bytes.utf8("body");
  private static final LeaseRef CURRENT = new LeaseRef("boss", 7);
  private static final LeaseRef OLD = new LeaseRef("boss", 6);
  private static final LeaseRef NEVER_HELD = new LeaseRef("nobody", 7);

  private final Overlay view = new Overlay(new MapStateStore().latest());

  GuardsTest() {
    Fact lease = new Fact(CURRENT.key(), Bytes.EMPTY, 7, new Position(7, 0), 1, Optional.empty());
    view.lay(new Change.Put(lease, Position.NONE));
    view.setMeta(view.meta().changed(7, Usage.NONE, 0, 0));
  }

  @Test
  void aWriteGuardedByTheCurrentTokenTakesEffect() {
    assertThat(decide(put(List.of(CURRENT))).result()).isEqualTo(new Put.Written(8, 8, 1));
    assertThat(decide(delete(List.of(CURRENT))).result()).isEqualTo(new Delete.Deleted(7, 0));
    assertThat(decide(txn(List.of(), List.of(CURRENT))).result()).isInstanceOf(Txn.Ran.class);
  }

  @Test
  void aWriteGuardedByAnOldTokenOrAnUnheldLeaseIsFenced() {
    for (LeaseRef stale : List.of(OLD, NEVER_HELD)) {
      assertFenced(put(List.of(CURRENT, stale)), "guards[1]");
      assertFenced(delete(List.of(stale)), "guards[0]");
      assertFenced(txn(List.of(), List.of(stale)), "guards[0]");
    }
  }

  @Test
  void aFactIsBoundToAHeldLeaseOnly() {
    Outcome bound = decide(new Put(KEY, BODY, Expect.ANYTHING, Optional.of(CURRENT), List.of()));
    Change.Put change = (Change.Put) bound.changes().get(0);
    assertThat(change.fact().lease()).contains(CURRENT);
    assertFenced(new Put(KEY, BODY, Expect.ANYTHING, Optional.of(OLD), List.of()), "lease");
  }

  @Test
  void aCompareSeesALeasesOwnTokenAndThatOfABoundFact() {
    assertThat(holds(new Compare(CURRENT.key(), Relation.EQUAL, new Compare.LeaseToken(7))))
        .isTrue();
    assertThat(holds(new Compare(CURRENT.key(), Relation.GREATER, new Compare.LeaseToken(7))))
        .isFalse();
    view.lay(
        decide(new Put(KEY, BODY, Expect.ANYTHING, Optional.of(CURRENT), List.of()))
            .changes()
            .get(0));
    assertThat(holds(new Compare(KEY, Relation.EQUAL, new Compare.LeaseToken(7)))).isTrue();
    assertThat(holds(new Compare(KEY, Relation.LESS, new Compare.LeaseToken(7)))).isFalse();
  }

  @Test
  void nobodyPutsOrDeletesALease() {
    Outcome put =
        decide(new Put(CURRENT.key(), BODY, Expect.ANYTHING, Optional.empty(), List.of()));
    assertThat(((Refusal) put.result()).reason()).isEqualTo(Reason.UNKNOWN_KIND);
    Outcome delete =
        decide(new Delete(KeyRange.single(CURRENT.key()), OptionalLong.empty(), List.of()));
    assertThat(((Refusal) delete.result()).reason()).isEqualTo(Reason.UNKNOWN_KIND);
    assertThat(delete.changes()).isEmpty();
  }

  private boolean holds(Compare compare) {
    return ((Txn.Ran) decide(txn(List.of(compare), List.of())).result()).succeeded();
  }

  private void assertFenced(Command command, String field) {
    Outcome outcome = decide(command);
    Refusal refusal = (Refusal) outcome.result();
    assertThat(refusal.reason()).isEqualTo(Reason.FENCED);
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(outcome.changes()).isEmpty();
    assertThat(outcome.meta()).isEqualTo(view.meta());
  }

  private Outcome decide(Command command) {
    return command.decide(view, new Stamp(1, 0, 0));
  }

  private static Put put(List<LeaseRef> guards) {
    return new Put(KEY, BODY, Expect.ANYTHING, Optional.empty(), guards);
  }

  private static Delete delete(List<LeaseRef> guards) {
    return new Delete(KeyRange.single(KEY), OptionalLong.empty(), guards);
  }

  private static Txn txn(List<Compare> compares, List<LeaseRef> guards) {
    return new Txn(compares, List.of(), List.of(), guards);
  }
}
