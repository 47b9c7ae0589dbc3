// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a life of a member begins with. Immutable. The server checks names, addresses and ranges,
 * and names the field that is wrong.
 *
 * @param name without the kind, for instance {@code rack1/node7}
 * @param member incarnation 0: the store's choice, greater than any that it chose before
 * @param ttl how long it lives without a renewal; 500 ms to 24 h, whole milliseconds count
 * @param endpoints where it is reached, at most 64
 */
public record Registration(
    String name, Member member, Duration ttl, List<RegisteredEndpoint> endpoints) {
  /** Where nothing else is said. */
  public static final Duration DEFAULT_TTL = Duration.ofSeconds(10);

  /**
   * A registration.
   *
   * @throws IllegalArgumentException when the TTL is negative or longer than {@link
   *     LeaseOptions#MAX_DURATION}
   */
  public Registration {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(member, "member");
    ttl = LeaseOptions.ttl(ttl).ttl();
    endpoints = List.copyOf(endpoints);
  }

  /** A healthy member at {@code address}, with an incarnation of the store's choice. */
  public static Registration of(String name, String address) {
    return new Registration(name, Member.of(address, 0), DEFAULT_TTL, List.of());
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
    return withEndpoint("", endpoint);
  }

  /** The same, and reached at {@code endpoint} under an instance name of its own. */
  public Registration withEndpoint(String instance, Endpoint endpoint) {
    List<RegisteredEndpoint> more = new ArrayList<>(endpoints);
    more.add(new RegisteredEndpoint(instance, endpoint));
    return new Registration(name, member, ttl, more);
  }
}
