// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.session;

import dev.stele.client.internal.history.History;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;

/**
 * One write's place in a session: what all its tries have in common. They are also sent to one
 * history only, since another one (of a restored store) knows nothing of the first try.
 */
public final class Ticket {
  private final Session session;
  private final long sequence;
  private final History.Known known;
  private final long storeTimeMillis;

  Ticket(Session session, long sequence, History.Known known) {
    this.session = session;
    this.sequence = sequence;
    this.known = known;
    this.storeTimeMillis = known.storeTimeMillis();
  }

  /** The history that every try is sent to. */
  public History.Known known() {
    return known;
  }

  /** The header of the next try. */
  public RequestHeader header() {
    return known.header().toBuilder().setSession(tag()).build();
  }

  /** The same without the cluster and its epoch, for where they are said already. */
  public RequestHeader ownHeader() {
    return RequestHeader.newBuilder().setSession(tag()).build();
  }

  /** The mark may have grown since the last try. */
  private SessionTag tag() {
    return SessionTag.newBuilder()
        .setId(session.id())
        .setSequence(sequence)
        .setAcknowledgedBelow(Math.min(sequence, session.mark()))
        .setStoreTimeMillis(storeTimeMillis)
        .build();
  }

  long storeTimeMillis() {
    return storeTimeMillis;
  }

  Session session() {
    return session;
  }

  long sequence() {
    return sequence;
  }
}
