// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Gives a new cluster its identity, the rules that it runs by, and policies to begin with. Each
 * leader that finds none proposes one; the first wins, the others change nothing.
 *
 * @param featureLevel at least 1
 * @param kinds policies by kind, each good by itself; unmodifiable
 */
public record FormCluster(
    ClusterIdentity identity, int featureLevel, SortedMap<String, KindPolicy> kinds)
    implements Command {
  public FormCluster {
    kinds = Collections.unmodifiableSortedMap(kinds);
  }

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<ClusterIdentity> standing = view.meta().identity();
    if (standing.isPresent()) {
      return Outcome.unchanged(new Formed(standing.get()), view.meta());
    }
    Draft draft = new Draft(view);
    for (Map.Entry<String, KindPolicy> kind : kinds.entrySet()) {
      Optional<Refusal> refusal =
          draft.put(
              Kinds.key(kind.getKey()),
              KindPolicyCodec.encode(kind.getValue()),
              Optional.empty(),
              "kinds." + kind.getKey() + ".");
      if (refusal.isPresent()) {
        return Outcome.refused(refusal.get(), view.meta());
      }
    }
    Outcome seeded = draft.done(new Formed(identity));
    return new Outcome(
        seeded.result(),
        seeded.changes(),
        List.of(),
        seeded.leases(),
        seeded.meta().formed(identity, featureLevel));
  }

  @Override
  public long sizeBytes() {
    long bytes = identity.clusterId().length();
    for (Map.Entry<String, KindPolicy> kind : kinds.entrySet()) {
      bytes += kind.getKey().length() + KindPolicyCodec.encode(kind.getValue()).length();
    }
    return bytes;
  }

  /** The identity that stands. */
  public record Formed(ClusterIdentity identity) implements Result {}
}
