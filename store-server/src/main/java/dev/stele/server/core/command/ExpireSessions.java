// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.model.SessionUsage;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Forgets sessions that the leader found expired. Whether they are is decided here, by store time:
 * one that was used since stays.
 *
 * @param ids at most {@link dev.stele.server.core.model.Limits#EXPIRE_MAX_SESSIONS}
 */
public record ExpireSessions(List<SessionId> ids) implements Command {
  public ExpireSessions {
    ids = List.copyOf(ids);
  }

  @Override
  public Outcome decide(View view, Stamp stamp) {
    StoreMeta meta = view.meta();
    SessionUsage usage = meta.sessions();
    long hash = meta.contentHash();
    List<SessionChange> forgotten = new ArrayList<>();
    for (SessionId id : new TreeSet<>(ids)) {
      Optional<Session> session = view.session(id);
      if (session.isPresent() && session.get().expired(meta.storeTimeMillis())) {
        usage = usage.plus(-1, -session.get().sizeBytes());
        hash -= session.get().hash();
        forgotten.add(new SessionChange(id, Optional.empty()));
      }
    }
    return new Outcome(
        new Expired(forgotten.size()),
        List.of(),
        forgotten,
        LeaseChanges.NONE,
        meta.withSessions(usage, hash));
  }

  @Override
  public long sizeBytes() {
    return (long) ids.size() * SessionId.BYTES;
  }

  /** So many sessions were forgotten. */
  public record Expired(int count) implements Result {}
}
