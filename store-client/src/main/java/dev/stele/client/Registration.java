// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a life of a member begins with.
 *
 * @param name without the kind, for instance {@code rack1/node7}
 * @param member incarnation 0: the store's choice, greater than any that it chose before
 * @param ttl how long it lives without a renewal; 500 ms to 24 h
 * @param endpoints by the instance's name, at most 64: facts {@code endpoint/<service>/<instance>}
 */
public record Registration(
    String name, Member member, Duration ttl, Map<String, List<Endpoint>> endpoints) {
  /** Where nothing else is said. */
  public static final Duration DEFAULT_TTL = Duration.ofSeconds(10);

  public Registration {
    Map<String, List<Endpoint>> copy = new TreeMap<>();
    endpoints.forEach((instance, at) -> copy.put(instance, List.copyOf(at)));
    endpoints = java.util.Collections.unmodifiableMap(copy);
  }

  /** A healthy member at {@code address}, with an incarnation of the store's choice. */
  public static Registration of(String name, String address) {
    return new Registration(name, Member.of(address, 0), DEFAULT_TTL, Map.of());
  }

  /** The same with another body. */
  public Registration withMember(Member other) {
    return new Registration(name, other, ttl, endpoints);
  }

  /** The same with another TTL. */
  public Registration withTtl(Duration other) {
    return new Registration(name, member, other, endpoints);
  }

  /** The same, and reached at {@code endpoint}, whose instance bears the member's name. */
  public Registration withEndpoint(Endpoint endpoint) {
    Map<String, List<Endpoint>> more = new TreeMap<>(endpoints);
    List<Endpoint> own = new ArrayList<>(more.getOrDefault(name, List.of()));
    own.add(endpoint);
    more.put(name, own);
    return new Registration(name, member, ttl, more);
  }
}
