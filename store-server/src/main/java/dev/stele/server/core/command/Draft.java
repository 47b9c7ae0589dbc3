// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.view.Overlay;
import dev.stele.server.core.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one command while it is being decided: all at the next revision, seen by its own
 * later steps.
 *
 * <p>A step that is refused refuses the command: its draft is thrown away and nothing happened.
 */
final class Draft {
  private final Overlay view;
  private final LeaseBonds bonds;
  private final List<Change> changes = new ArrayList<>(1);
  private final long revision;
  private Usage usage;
  private long kindsRevision;
  private long contentHash;

  Draft(View base) {
    view = new Overlay(base);
    bonds = new LeaseBonds(view);
    revision = base.meta().revision() + 1;
    usage = base.meta().usage();
    kindsRevision = base.meta().kindsRevision();
    contentHash = base.meta().contentHash();
  }

  /** What the command's next step sees. */
  View view() {
    return view;
  }

  /** The revision that stands once this draft is done. */
  long revisionAfter() {
    return changes.isEmpty() ? revision - 1 : revision;
  }

  Outcome done(Result result) {
    LeaseChanges leases = view.leaseChanges();
    return changes.isEmpty() && leases.isEmpty()
        ? Outcome.unchanged(result, view.meta())
        : new Outcome(result, changes, List.of(), leases, meta());
  }

  /** What stands after the changes so far. */
  private StoreMeta meta() {
    long hash = contentHash + bonds.hashChange();
    return view.meta().changed(revisionAfter(), usage, kindsRevision, hash);
  }

  /**
   * Puts one fact; {@code field} is the prefix of the request's fields, for instance {@code
   * then[0].put.}.
   */
  Optional<Refusal> put(Key key, Bytes body, Optional<LeaseRef> lease, String field) {
    Optional<KindPolicy> policy = Kinds.policy(view, key.kind());
    if (policy.isEmpty()) {
      return Optional.of(
          Refusal.of(Reason.UNKNOWN_KIND, field + "key", "kind " + key.kind() + " takes no puts"));
    }
    Step step = new Step(key, body, lease);
    Optional<Refusal> refusal = putRefusal(policy.get(), step, field);
    if (refusal.isEmpty()) {
      refusal = fullRefusal(policy.get(), key, step.usageAfter, field);
    }
    if (refusal.isEmpty()) {
      step.take();
    }
    return refusal;
  }

  /** Puts one fact, whatever the limits say. */
  void set(Key key, Bytes body, Optional<LeaseRef> lease) {
    new Step(key, body, lease).take();
  }

  /** From here on {@code side} stands beside {@code lease}. */
  void setSide(String lease, LeaseSide side) {
    bonds.set(lease, side);
  }

  private Optional<Refusal> putRefusal(KindPolicy policy, Step step, String field) {
    Key key = step.after.key();
    Bytes body = step.after.body();
    if (body.length() > policy.maxBodyBytes()) {
      return Optional.of(
          Refusal.of(
              Reason.BODY_TOO_LARGE,
              field + "body",
              "%d bytes, kind %s allows %d"
                  .formatted(body.length(), key.kind(), policy.maxBodyBytes())));
    }
    if (view.covers(key)) {
      return Optional.of(writtenTwice(key, field + "key"));
    }
    if (key.kind().equals(KindNames.KIND)) {
      Optional<Refusal> wrong = KindRule.putRefusal(view, usage, key, body, field);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    Optional<Refusal> wrong = RecordRule.putRefusal(key, body, field);
    Optional<LeaseRef> lease = step.after.lease();
    if (wrong.isPresent() || lease.isEmpty()) {
      return wrong;
    }
    return LeaseBonds.refusal(
        view, key, Optional.ofNullable(step.before), lease.get(), field + "lease");
  }

  private Optional<Refusal> fullRefusal(KindPolicy policy, Key key, Usage next, String field) {
    long maxFacts = policy.maxFacts();
    long facts = next.facts(key.kind());
    if (facts > maxFacts && facts > usage.facts(key.kind())) {
      return Optional.of(
          Refusal.of(
              Reason.KIND_FULL,
              field + "key",
              "kind " + key.kind() + " holds " + maxFacts + " facts, the most it allows"));
    }
    if (next.bytes() > Limits.STORE_MAX_BYTES && next.bytes() > usage.bytes()) {
      return Optional.of(
          Refusal.of(
              Reason.STORE_FULL,
              field + "body",
              "the store would hold "
                  + next.bytes()
                  + " bytes, "
                  + Limits.STORE_MAX_BYTES
                  + " are allowed"));
    }
    return Optional.empty();
  }

  /** Deletes the facts of {@code range}; {@code field} is the request's field that named it. */
  Deletion delete(KeyRange range, String field) {
    List<Fact> found = new ArrayList<>();
    view.scan(
        range,
        row -> {
          if (row instanceof Fact fact) {
            found.add(fact);
          }
          return found.size() <= Limits.DELETE_MAX_FACTS - changes.size();
        });
    if (found.size() + changes.size() > Limits.DELETE_MAX_FACTS) {
      return Deletion.refused(
          Refusal.of(
              Reason.LIMIT_REACHED,
              field,
              "more than " + Limits.DELETE_MAX_FACTS + " facts; delete them in several ranges"));
    }
    for (Fact fact : found) {
      if (view.covers(fact.key())) {
        return Deletion.refused(writtenTwice(fact.key(), field));
      }
    }
    for (Fact fact : found) {
      if (fact.key().kind().equals(KindNames.KIND)) {
        Optional<Refusal> orphans = KindRule.deleteRefusal(usage, fact.key(), field);
        if (orphans.isPresent()) {
          return Deletion.refused(orphans.get());
        }
      }
      erase(fact);
    }
    return Deletion.of(found.size());
  }

  /** Deletes {@code fact}, which stands. */
  void erase(Fact fact) {
    usage = usage.plus(fact.key().kind(), -1, -fact.sizeBytes());
    contentHash -= fact.hash();
    bonds.move(fact.key(), fact.lease(), Optional.empty());
    record(Change.Deleted.of(fact, nextPosition()));
  }

  private static Refusal writtenTwice(Key key, String field) {
    return Refusal.of(
        Reason.INVALID_FIELD, field, key + " is written twice in one branch, once is allowed");
  }

  private Position nextPosition() {
    return new Position(revision, changes.size());
  }

  private void record(Change change) {
    if (change.key().kind().equals(KindNames.KIND)) {
      kindsRevision = revision;
      // Later steps look for policies where some were ever changed only.
      StoreMeta before = view.meta();
      view.setMeta(
          before.changed(before.revision(), before.usage(), revision, before.contentHash()));
    }
    changes.add(change);
    view.lay(change);
  }

  /** One put that may still be refused. */
  private final class Step {
    private final Optional<Row> row;

    /** The row, when it is a fact. */
    private final @Nullable Fact before;

    private final Fact after;
    private final Usage usageAfter;

    Step(Key key, Bytes body, Optional<LeaseRef> lease) {
      row = view.standing(key);
      before = row.isPresent() && row.get() instanceof Fact fact ? fact : null;
      after =
          new Fact(
              key,
              body,
              before == null ? revision : before.createRevision(),
              nextPosition(),
              before == null ? 1 : before.version() + 1,
              lease);
      usageAfter =
          before == null
              ? usage.plus(key.kind(), 1, after.sizeBytes())
              : usage.plus(key.kind(), 0, after.sizeBytes() - before.sizeBytes());
    }

    void take() {
      usage = usageAfter;
      contentHash += after.hash() - (before == null ? 0 : before.hash());
      bonds.move(after.key(), before == null ? Optional.empty() : before.lease(), after.lease());
      record(Change.Put.over(row, after));
    }
  }

  /** How many facts a delete found, or why it was refused. */
  record Deletion(long count, Optional<Refusal> refusal) {
    static Deletion of(long count) {
      return new Deletion(count, Optional.empty());
    }

    static Deletion refused(Refusal refusal) {
      return new Deletion(0, Optional.of(refusal));
    }
  }
}
