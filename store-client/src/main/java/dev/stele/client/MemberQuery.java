// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Member;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which members.
 *
 * @param prefix of their names; empty: all
 * @param labels all must hold, at most 16; an empty value: whatever it is, if there is one
 * @param health any of these; none: whatever their health
 * @param limit of a page; 0: as many as it holds (1,000)
 * @param after names behind this one only; empty: from the first
 */
public record MemberQuery(
    String prefix,
    Map<String, Optional<String>> labels,
    Set<Member.Health> health,
    int limit,
    String after) {
  public MemberQuery {
    labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
    health = Set.copyOf(health);
  }

  /** All of them. */
  public static MemberQuery all() {
    return new MemberQuery("", Map.of(), Set.of(), 0, "");
  }

  /** Those whose names begin so. */
  public MemberQuery withPrefix(String other) {
    return new MemberQuery(other, labels, health, limit, after);
  }

  /** Of them, those with this label. */
  public MemberQuery withLabel(String name, String value) {
    Map<String, Optional<String>> more = new TreeMap<>(labels);
    more.put(name, Optional.of(value));
    return new MemberQuery(prefix, more, health, limit, after);
  }

  /** Of them, those that fare so. */
  public MemberQuery withHealth(Member.Health... any) {
    return new MemberQuery(prefix, labels, Set.of(any), limit, after);
  }

  /** The page behind {@code last}. */
  public MemberQuery behind(String last) {
    return new MemberQuery(prefix, labels, health, limit, last);
  }
}
