// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Member;
import java.util.Map;
import java.util.Optional;

/**
 * What a member says of itself.
 *
 * @param lease of its registration
 * @param health empty: as it is
 * @param capacity empty: as it is; otherwise all of it
 * @param labels empty: as they are; otherwise all of them
 */
public record MemberReport(
    LeaseRef lease,
    Optional<Member.Health> health,
    Optional<Map<String, Long>> capacity,
    Optional<Map<String, String>> labels) {
  public MemberReport {
    capacity = capacity.map(Map::copyOf);
    labels = labels.map(Map::copyOf);
  }

  /** A word on capacity alone. */
  public static MemberReport capacity(LeaseRef lease, Map<String, Long> capacity) {
    return new MemberReport(lease, Optional.empty(), Optional.of(capacity), Optional.empty());
  }
}
