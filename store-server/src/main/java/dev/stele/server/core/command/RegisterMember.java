// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.List;

/**
 * Begins a life of a member, in one revision.
 *
 * @param name without the kind
 * @param member incarnation 0: this registration's revision
 * @param ttlMillis of the lease {@code member/<name>}
 * @param endpoints facts of kind {@code endpoint}, written bound to the lease
 */
public record RegisterMember(
    String name, MemberRecord member, long ttlMillis, List<Endpoint> endpoints) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    throw new UnsupportedOperationException("to be built");
  }

  @Override
  public long sizeBytes() {
    throw new UnsupportedOperationException("to be built");
  }

  /** The fact of an endpoint. */
  public record Endpoint(Key key, Bytes body) {}

  /** Here from now on, under {@code token}, which is the revision. */
  public record Registered(long token, long incarnation) implements Result {}
}
