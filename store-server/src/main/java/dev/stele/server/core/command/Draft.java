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
      refusal = fullRefusal(policy.get(), step, field + "key", field + "body");
    }
    if (refusal.isEmpty()) {
      step.take();
    }
    return refusal;
  }

  /**
   * Puts one claim as a command of claims decided: bound to {@code lease}, which must be held, and
   * within the limits of its kind and of the store. {@code field} is the one that named the claim.
   */
  Optional<Refusal> own(Key key, Bytes body, LeaseRef lease, String field) {
    KindPolicy policy = Kinds.policy(view, key.kind()).orElseThrow();
    Step step = new Step(key, body, Optional.of(lease));
    Optional<Refusal> refusal =
        sizeRefusal(policy, step.after, field)
            .or(() -> fullRefusal(policy, step, field, field))
            .or(() -> bondRefusal(step, lease, "lease"));
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
    Optional<Refusal> tooLarge = sizeRefusal(policy, step.after, field + "body");
    if (tooLarge.isPresent()) {
      return tooLarge;
    }
    if (view.covers(key)) {
      return Optional.of(writtenTwice(key, field + "key"));
    }
    Optional<Refusal> wrong =
        switch (key.kind()) {
          case KindNames.KIND -> KindRule.putRefusal(view, usage, key, step.after.body(), field);
          case KindNames.MEMBER -> RecordRule.putRefusal(key, step.after.body(), field);
          case KindNames.POOL -> PoolRule.putRefusal(view, key, step.after.body(), field);
          case KindNames.CLAIM ->
              ClaimRule.putRefusal(view, Optional.ofNullable(step.before), step.after, field);
          default -> Optional.empty();
        };
    Optional<LeaseRef> lease = step.after.lease();
    return wrong.isPresent() || lease.isEmpty()
        ? wrong
        : bondRefusal(step, lease.get(), field + "lease");
  }

  private static Optional<Refusal> sizeRefusal(KindPolicy policy, Fact fact, String field) {
    int bytes = fact.body().length();
    if (bytes <= policy.maxBodyBytes()) {
      return Optional.empty();
    }
    return Optional.of(
        Refusal.of(
            Reason.BODY_TOO_LARGE,
            field,
            "%d bytes, kind %s allows %d"
                .formatted(bytes, fact.key().kind(), policy.maxBodyBytes())));
  }

  private Optional<Refusal> bondRefusal(Step step, LeaseRef lease, String field) {
    return LeaseBonds.refusal(
        view, step.after.key(), Optional.ofNullable(step.before), lease, field);
  }

  private Optional<Refusal> fullRefusal(
      KindPolicy policy, Step step, String keyField, String bodyField) {
    String kind = step.after.key().kind();
    Usage next = step.usageAfter;
    long maxFacts = policy.maxFacts();
    long facts = next.facts(kind);
    if (facts > maxFacts && facts > usage.facts(kind)) {
      return Optional.of(
          Refusal.of(
              Reason.KIND_FULL,
              keyField,
              "kind " + kind + " holds " + maxFacts + " facts, the most it allows"));
    }
    if (next.bytes() > Limits.STORE_MAX_BYTES && next.bytes() > usage.bytes()) {
      return Optional.of(
          Refusal.of(
              Reason.STORE_FULL,
              bodyField,
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
      Optional<Refusal> needed = deleteRefusal(fact, field);
      if (needed.isPresent()) {
        return Deletion.refused(needed.get());
      }
      erase(fact);
    }
    return Deletion.of(found.size());
  }

  private Optional<Refusal> deleteRefusal(Fact fact, String field) {
    return switch (fact.key().kind()) {
      case KindNames.KIND -> KindRule.deleteRefusal(usage, fact.key(), field);
      case KindNames.POOL -> PoolRule.deleteRefusal(view, fact.key(), field);
      case KindNames.CLAIM -> ClaimRule.deleteRefusal(view, fact, field);
      default -> Optional.empty();
    };
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
