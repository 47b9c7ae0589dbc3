// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.ByteString;
import dev.stele.client.error.Reason;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the store decides about puts: the rules of sessions, in their order, and nothing else. */
final class ModelStore {
  static final int WINDOW = 256;
  static final long TTL_MILLIS = 3_600_000;

  private final Map<ByteString, Session> sessions = new HashMap<>();
  private final Map<ByteString, Integer> effects = new HashMap<>();
  private final Map<ByteString, Long> facts = new HashMap<>();
  private final int maxSessions;
  private long revision = 10;
  private long timeMillis = 1_000;

  /**
   * An answer of the store.
   *
   * @param refusal null when the put took effect
   */
  record Answer(@Nullable Reason refusal, long revision, boolean duplicate) {
    private static Answer refused(Reason reason) {
      return new Answer(reason, 0, false);
    }

    private Answer repeated() {
      return new Answer(refusal, revision, true);
    }
  }

  private record Stored(PutRequest request, Answer answer) {}

  private static final class Session {
    private final TreeMap<Long, Stored> answers = new TreeMap<>();
    private long mark = 1;
    private long usedMillis;
  }

  ModelStore(int maxSessions) {
    this.maxSessions = maxSessions;
  }

  /** Store time goes on; sessions that were not used for their TTL are forgotten. */
  void pass(long millis) {
    timeMillis += millis;
    sessions.values().removeIf(session -> timeMillis - session.usedMillis >= TTL_MILLIS);
  }

  long timeMillis() {
    return timeMillis;
  }

  long revision() {
    return revision;
  }

  int sessions() {
    return sessions.size();
  }

  /** How often a put with this body took effect. */
  int effects(ByteString body) {
    return effects.getOrDefault(body, 0);
  }

  Answer put(PutRequest request) {
    if (!request.getHeader().hasSession()) {
      return execute(request);
    }
    SessionTag tag = request.getHeader().getSession();
    Session session = sessions.get(tag.getId());
    PutRequest bare = request.toBuilder().setHeader(RequestHeader.getDefaultInstance()).build();
    long mark = session == null ? 1 : session.mark;
    if (tag.getSequence() < mark) {
      return Answer.refused(Reason.SEQUENCE_TOO_OLD);
    }
    Stored stored = session == null ? null : session.answers.get(tag.getSequence());
    if (stored != null) {
      return stored.request.equals(bare)
          ? stored.answer.repeated()
          : Answer.refused(Reason.SEQUENCE_REUSED);
    }
    if (tag.getSequence() >= Math.max(mark, tag.getAcknowledgedBelow()) + WINDOW) {
      return Answer.refused(Reason.WINDOW_FULL);
    }
    if (timeMillis - tag.getStoreTimeMillis() >= TTL_MILLIS) {
      return Answer.refused(Reason.SESSION_EXPIRED);
    }
    if (session == null) {
      if (sessions.size() >= maxSessions) {
        return Answer.refused(Reason.LIMIT_REACHED);
      }
      session = new Session();
      sessions.put(tag.getId(), session);
    }
    Answer answer = execute(request);
    session.mark = Math.max(session.mark, tag.getAcknowledgedBelow());
    session.usedMillis = timeMillis;
    session.answers.headMap(session.mark).clear();
    session.answers.put(tag.getSequence(), new Stored(bare, answer));
    return answer;
  }

  private Answer execute(PutRequest request) {
    if (request.getIfAbsent() && facts.containsKey(request.getKey())) {
      return Answer.refused(Reason.ALREADY_EXISTS);
    }
    revision++;
    facts.put(request.getKey(), revision);
    effects.merge(request.getBody(), 1, Integer::sum);
    return new Answer(null, revision, false);
  }
}
