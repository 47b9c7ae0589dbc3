// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import dev.stele.server.core.hash.Fingerprint;
import java.util.Map;
import java.util.Optional;

/**
 * The store's few replicated numbers. All replicas hold the same at the same applied index.
 *
 * @param identity empty until the cluster was formed
 * @param featureLevel the rules that the store runs by; 0 until the cluster was formed
 * @param revision of the last change; 0 before the first
 * @param floor the oldest revision that can be read; 0 until history was compacted
 * @param storeTimeMillis never goes back; advanced by stamps
 * @param usage facts and bytes by kind
 * @param kindsRevision of the last change to the policy of a kind; 0 before the first
 * @param sessions client sessions that are remembered
 * @param contentHash the sum of the hashes of all facts, sessions and what stands beside leases
 */
public record StoreMeta(
    Optional<ClusterIdentity> identity,
    int featureLevel,
    long revision,
    long floor,
    long storeTimeMillis,
    Usage usage,
    long kindsRevision,
    SessionUsage sessions,
    long contentHash) {
  public static final StoreMeta EMPTY =
      new StoreMeta(Optional.empty(), 0, 0, 0, 0, Usage.NONE, 0, SessionUsage.NONE, 0);

  private static final int HASH_TYPE = 4;

  /** Formed as {@code identity}, to run by the rules of {@code level}. */
  public StoreMeta formed(ClusterIdentity formed, int level) {
    return new StoreMeta(
        Optional.of(formed),
        level,
        revision,
        floor,
        storeTimeMillis,
        usage,
        kindsRevision,
        sessions,
        contentHash);
  }

  public StoreMeta withStoreTimeMillis(long millis) {
    return new StoreMeta(
        identity,
        featureLevel,
        revision,
        floor,
        millis,
        usage,
        kindsRevision,
        sessions,
        contentHash);
  }

  /** Compacted through {@code newFloor}. */
  public StoreMeta withFloor(long newFloor) {
    return new StoreMeta(
        identity,
        featureLevel,
        revision,
        newFloor,
        storeTimeMillis,
        usage,
        kindsRevision,
        sessions,
        contentHash);
  }

  /** After a change of facts. */
  public StoreMeta changed(
      long newRevision, Usage newUsage, long newKindsRevision, long newContentHash) {
    return new StoreMeta(
        identity,
        featureLevel,
        newRevision,
        floor,
        storeTimeMillis,
        newUsage,
        newKindsRevision,
        sessions,
        newContentHash);
  }

  /** After a change of what stands beside leases, and of nothing else. */
  public StoreMeta withContentHash(long newContentHash) {
    return withSessions(sessions, newContentHash);
  }

  /** After a change of sessions. */
  public StoreMeta withSessions(SessionUsage newSessions, long newContentHash) {
    return new StoreMeta(
        identity,
        featureLevel,
        revision,
        floor,
        storeTimeMillis,
        usage,
        kindsRevision,
        newSessions,
        newContentHash);
  }

  /**
   * The hash of the whole replicated state: equal states have equal hashes, and states that differ
   * by accident have different ones.
   */
  public long stateHash() {
    Fingerprint print =
        Fingerprint.of(HASH_TYPE)
            .add(contentHash)
            .add(featureLevel)
            .add(revision)
            .add(floor)
            .add(storeTimeMillis)
            .add(kindsRevision)
            .add(sessions.count())
            .add(sessions.bytes())
            .add(usage.bytes())
            .add(identity.isPresent());
    identity.ifPresent(formed -> print.add(formed.clusterId()).add(formed.epoch()));
    for (Map.Entry<String, Long> kind : usage.byKind().entrySet()) {
      print.add(kind.getKey()).add(kind.getValue());
    }
    return print.value();
  }
}
