// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.session;

import dev.stele.server.core.hash.Fingerprint;
import dev.stele.server.core.model.Limits;
import java.util.List;
import java.util.Optional;

/**
 * What the store remembers of a client, so that a write that is sent again takes effect once (Lee
 * et al., "Implementing Linearizability at Large Scale and Low Latency", SOSP 2015, section 3;
 * Ongaro, "Consensus: Bridging Theory and Practice", 2014, section 6.3).
 *
 * @param acknowledgedBelow the mark: the client knows the outcome of every write below it
 * @param lastUsedMillis store time of its last new write
 * @param replies of the writes at and beyond the mark that were decided, by sequence; unmodifiable
 */
public record Session(
    SessionId id, long acknowledgedBelow, long lastUsedMillis, List<StoredReply> replies) {
  private static final int HASH_TYPE = 2;

  /** What a session takes beside its replies, about. */
  private static final int OVERHEAD_BYTES = 64;

  public Session {
    replies = Replies.of(replies);
  }

  /** A session that nothing was written under yet. */
  public static Session opened(SessionId id) {
    return new Session(id, 1, 0, List.of());
  }

  /** The answer to the write {@code sequence}, if it was decided and not acknowledged. */
  public Optional<StoredReply> reply(long sequence) {
    int at = indexOf(sequence);
    return at >= 0 ? Optional.of(replies.get(at)) : Optional.empty();
  }

  /** With one more write decided, and the answers below the tag's mark forgotten. */
  public Session with(SessionTag tag, StoredReply decided, long nowMillis) {
    long mark = Math.max(acknowledgedBelow, tag.acknowledgedBelow());
    return new Session(id, mark, nowMillis, Replies.of(replies).with(mark, decided));
  }

  /** Whether it may be forgotten: nothing was written under it for the TTL of store time. */
  public boolean expired(long nowMillis) {
    return nowMillis - lastUsedMillis >= Limits.SESSION_TTL_MILLIS;
  }

  /** What it counts against the bound of all sessions. */
  public long sizeBytes() {
    return OVERHEAD_BYTES + Replies.of(replies).sizeBytes();
  }

  /** What it adds to the state's hash. */
  public long hash() {
    return Fingerprint.of(HASH_TYPE)
            .add(id.high())
            .add(id.low())
            .add(acknowledgedBelow)
            .add(lastUsedMillis)
            .value()
        + Replies.of(replies).hash();
  }

  private int indexOf(long sequence) {
    int low = 0;
    int high = replies.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = replies.get(middle).sequence();
      if (found == sequence) {
        return middle;
      }
      if (found < sequence) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }
}
