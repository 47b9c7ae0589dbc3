// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.session;

import com.google.protobuf.ByteString;
import dev.stele.client.internal.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a client. A write goes into the first that has room, so that a client has as many
 * as it needs; they all belong to one history. Thread-safe; locked only where sessions come or go.
 */
public final class SessionPool {
  /** Writes that are under way together in one session. */
  public static final int WINDOW = Session.WINDOW;

  /**
   * Sessions that a client uses together: 4,096 writes under way. One slow write holds up its own
   * session when 255 others have begun after it, so it takes 16 slow ones to hold up them all.
   */
  public static final int MAX_SESSIONS = 16;

  private final Supplier<ByteString> ids;
  private volatile @Nullable Generation current;

  /** The sessions for one history; the list never changes. */
  private record Generation(History.Known known, List<Session> sessions) {}

  /** A pool whose sessions are named by {@code ids}, which never repeats one. */
  public SessionPool(Supplier<ByteString> ids) {
    this.ids = ids;
  }

  /**
   * A place for a write; null when there is none.
   *
   * @param known a history whose store time is fresh
   */
  public @Nullable Ticket take(History.Known known, long nowNanos) {
    Generation generation = current;
    if (generation != null && generation.known == known) {
      Ticket ticket = take(generation, nowNanos);
      if (ticket != null) {
        return ticket;
      }
    }
    return takeOfNew(known, nowNanos);
  }

  private static @Nullable Ticket take(Generation generation, long nowNanos) {
    for (Session session : generation.sessions) {
      if (session.isOver(nowNanos)) {
        continue;
      }
      long sequence = session.take(nowNanos);
      if (sequence != 0) {
        return new Ticket(session, sequence, generation.known);
      }
    }
    return null;
  }

  private synchronized @Nullable Ticket takeOfNew(History.Known known, long nowNanos) {
    Generation generation = current;
    List<Session> sessions = new ArrayList<>();
    if (generation != null && generation.known == known) {
      Ticket ticket = take(generation, nowNanos);
      if (ticket != null) {
        return ticket;
      }
      // What left the list between the two looks goes on with the writes that it has.
      generation.sessions.stream().filter(it -> !it.isOver(nowNanos)).forEach(sessions::add);
    }
    if (sessions.size() >= MAX_SESSIONS) {
      return null;
    }
    Session opened = new Session(ids.get(), nowNanos);
    sessions.add(opened);
    Generation next = new Generation(known, List.copyOf(sessions));
    current = next;
    return take(next, nowNanos);
  }

  /** A write will not be sent again, whatever came of it. */
  public void leave(Ticket ticket) {
    ticket.session().leave(ticket.sequence());
  }

  /**
   * The store answered that this write's session has expired, and it is certain that it never took
   * effect: neither this session nor the store time that it was opened with is used again.
   */
  public synchronized void expired(Ticket ticket) {
    ticket.known().outdated(ticket.storeTimeMillis());
    Generation generation = current;
    if (generation != null) {
      List<Session> others =
          generation.sessions.stream().filter(it -> it != ticket.session()).toList();
      current = new Generation(generation.known, others);
    }
  }

  /** How many are in use. */
  public int size() {
    Generation generation = current;
    return generation == null ? 0 : generation.sessions.size();
  }
}
