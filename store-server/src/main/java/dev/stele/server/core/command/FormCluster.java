// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.List;

/**
 * Gives a new cluster its identity. Each leader that finds none proposes one; the first wins, the
 * others change nothing.
 */
public record FormCluster(ClusterIdentity identity) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    ClusterIdentity standing = view.meta().identity().orElse(identity);
    return new Outcome(new Formed(standing), List.of(), view.meta().withIdentity(standing));
  }

  @Override
  public long sizeBytes() {
    return identity.clusterId().length();
  }

  /** The identity that stands. */
  public record Formed(ClusterIdentity identity) implements Result {}
}
