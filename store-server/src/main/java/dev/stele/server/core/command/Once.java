// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.SessionUsage;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.core.session.StoredReply;
import dev.stele.server.core.view.View;
import java.util.List;
import java.util.Optional;

/**
 * A write that takes effect once, however often it is sent, and is answered the same each time.
 *
 * <p>Why never twice: a write that was decided is answered from its session while that is
 * remembered. A session is forgotten when nothing was written under it for the TTL, so what was
 * decided under it had been tagged with a store time at least that long ago; and a write without a
 * stored answer whose tag is that old is refused. An answer that was dropped lies below the mark,
 * and what lies below the mark is refused.
 *
 * <p>A refusal of the write itself is its answer and is kept; a refusal by the session's rules
 * changes nothing, not even the session.
 *
 * @param write a put, a delete, a transaction, a compaction, or what a caller does to a lease, a
 *     member or a claim
 */
public record Once(SessionTag tag, Command write) implements Command {
  private static final String SEQUENCE = "header.session.sequence";
  private static final String SESSION = "header.session";

  public Once {
    if (!(write instanceof Put
        || write instanceof Delete
        || write instanceof Txn
        || write instanceof Compact
        || write instanceof AcquireLease
        || write instanceof ReleaseLease
        || write instanceof HandOverLease
        || write instanceof RegisterMember
        || write instanceof UpdateMember
        || write instanceof DeregisterMember
        || write instanceof NextClaim
        || write instanceof TakeOverClaim
        || write instanceof DrainClaim
        || write instanceof ReleaseClaim)) {
      throw new IllegalArgumentException("write: " + write);
    }
  }

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Session> known = view.session(tag.id());
    Session session = known.isPresent() ? known.get() : Session.opened(tag.id());
    if (tag.sequence() < session.acknowledgedBelow()) {
      return refused(
          Reason.SEQUENCE_TOO_OLD,
          SEQUENCE,
          "%d was acknowledged: the session's mark is %d"
              .formatted(tag.sequence(), session.acknowledgedBelow()),
          view);
    }
    long fingerprint = WriteFingerprint.of(write);
    Optional<StoredReply> stored = session.reply(tag.sequence());
    if (stored.isPresent()) {
      return repeated(stored.get(), fingerprint, view);
    }
    Optional<Refusal> refusal = tagRefusal(view, session, known.isPresent());
    return refusal.isPresent()
        ? Outcome.refused(refusal.get(), view.meta())
        : decideNew(view, stamp, known, session, fingerprint);
  }

  private Outcome repeated(StoredReply stored, long fingerprint, View view) {
    if (stored.fingerprint() != fingerprint) {
      return refused(
          Reason.SEQUENCE_REUSED, SEQUENCE, tag.sequence() + " was another write before", view);
    }
    Result again = new Answered(ReplyCodec.decode(stored.reply()), true);
    return Outcome.unchanged(again, view.meta());
  }

  private Optional<Refusal> tagRefusal(View view, Session session, boolean known) {
    long mark = Math.max(session.acknowledgedBelow(), tag.acknowledgedBelow());
    long now = view.meta().storeTimeMillis();
    if (tag.storeTimeMillis() > now) {
      return refusal(
          Reason.INVALID_FIELD,
          "header.session.store_time_millis",
          tag.storeTimeMillis() + " is ahead of the store, whose time is " + now);
    }
    if (tag.sequence() - mark >= Limits.SESSION_WINDOW) {
      return refusal(
          Reason.WINDOW_FULL,
          SEQUENCE,
          "%d is %d or more above the mark %d"
              .formatted(tag.sequence(), Limits.SESSION_WINDOW, mark));
    }
    if (now - tag.storeTimeMillis() >= Limits.SESSION_TTL_MILLIS) {
      return refusal(
          Reason.SESSION_EXPIRED,
          SESSION,
          "first sent %d ms of store time ago, the store remembers %d"
              .formatted(now - tag.storeTimeMillis(), Limits.SESSION_TTL_MILLIS));
    }
    if (!known && view.meta().sessions().count() >= Limits.SESSIONS_MAX) {
      return refusal(
          Reason.LIMIT_REACHED,
          SESSION,
          "the store remembers " + Limits.SESSIONS_MAX + " sessions, the most that it does");
    }
    return Optional.empty();
  }

  private Outcome decideNew(
      View view, Stamp stamp, Optional<Session> known, Session session, long fingerprint) {
    Outcome outcome = write.decide(view, stamp);
    Bytes reply = ReplyCodec.encode(outcome.result());
    if (reply.length() > Limits.SESSION_REPLY_MAX_BYTES) {
      outcome = Outcome.refused(tooLarge(reply.length()), view.meta());
      reply = ReplyCodec.encode(outcome.result());
    }
    StoreMeta meta = outcome.meta();
    StoredReply decided = StoredReply.of(tag.sequence(), fingerprint, reply);
    Session after = session.with(tag, decided, meta.storeTimeMillis());
    boolean isNew = known.isEmpty();
    SessionUsage usage =
        meta.sessions().plus(isNew ? 1 : 0, after.sizeBytes() - (isNew ? 0 : session.sizeBytes()));
    if (usage.bytes() > Limits.SESSIONS_MAX_BYTES && usage.bytes() > meta.sessions().bytes()) {
      return refused(
          Reason.LIMIT_REACHED,
          SESSION,
          "the replies that are kept take " + Limits.SESSIONS_MAX_BYTES + " bytes, the most",
          view);
    }
    long hash = meta.contentHash() + after.hash() - (isNew ? 0 : session.hash());
    return new Outcome(
        new Answered(outcome.result(), false),
        outcome.changes(),
        List.of(new SessionChange(tag.id(), Optional.of(after))),
        outcome.leases(),
        meta.withSessions(usage, hash));
  }

  private static Refusal tooLarge(int replyBytes) {
    return Refusal.of(
        Reason.REPLY_TOO_LARGE,
        SESSION,
        "the answer has %d bytes, a session keeps %d: read less, or write without a session"
            .formatted(replyBytes, Limits.SESSION_REPLY_MAX_BYTES));
  }

  private static Outcome refused(Reason reason, String field, String message, View view) {
    return Outcome.refused(Refusal.of(reason, field, message), view.meta());
  }

  private static Optional<Refusal> refusal(Reason reason, String field, String message) {
    return Optional.of(Refusal.of(reason, field, message));
  }

  @Override
  public long sizeBytes() {
    return write.sizeBytes();
  }

  /**
   * What the write came to.
   *
   * @param duplicate whether this is the answer of an earlier try
   */
  public record Answered(Result result, boolean duplicate) implements Result {}
}
