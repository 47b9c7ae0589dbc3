// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.util.Optional;

/**
 * The store's few replicated numbers. All replicas hold the same at the same applied index.
 *
 * @param identity empty until the cluster was formed
 * @param revision of the last change; 0 before the first
 * @param floor the oldest revision that can be read; 0 until history was compacted
 * @param storeTimeMillis never goes back; advanced by stamps
 * @param usage facts and bytes by kind
 */
public record StoreMeta(
    Optional<ClusterIdentity> identity,
    long revision,
    long floor,
    long storeTimeMillis,
    Usage usage) {
  public static final StoreMeta EMPTY = new StoreMeta(Optional.empty(), 0, 0, 0, Usage.NONE);

  public StoreMeta withIdentity(ClusterIdentity formed) {
    return new StoreMeta(Optional.of(formed), revision, floor, storeTimeMillis, usage);
  }

  public StoreMeta withStoreTimeMillis(long millis) {
    return new StoreMeta(identity, revision, floor, millis, usage);
  }

  public StoreMeta withRevision(long newRevision, Usage newUsage) {
    return new StoreMeta(identity, newRevision, floor, storeTimeMillis, newUsage);
  }
}
