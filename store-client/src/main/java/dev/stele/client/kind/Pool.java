// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Objects;

/**
 * A set of claims, and the rules for those who own them: the body of {@code pool/<name>}.
 *
 * @param onLoss what becomes of a claim whose owner is gone
 * @param maxOwned claims that may be owned at a time; 0: no limit
 * @param maxOwnedPerOwner the same for each owner; 0: no limit
 * @param range where the items come from
 */
public record Pool(Loss onLoss, long maxOwned, long maxOwnedPerOwner, Range range) {
  public Pool {
    Objects.requireNonNull(onLoss, "onLoss");
    Objects.requireNonNull(range, "range");
  }

  /** Of claims that are listed, without limits; a lost one becomes idle. */
  public static Pool listed() {
    return new Pool(Loss.IDLE, 0, 0, new Listed());
  }

  /** What becomes of a claim whose owner is gone. */
  public enum Loss {
    /** The next one may have it. */
    IDLE,
    /** What was touched is never handed on. */
    RETIRE,
    /** A newer release knows what. It cannot be written. */
    UNRECOGNIZED
  }

  /** Where the items of a pool come from. */
  public sealed interface Range {}

  /** From the claims that there are. */
  public record Listed() implements Range {}

  /** Numbers, both ends included: ports, shards, ids. */
  public record Numbers(long first, long last) implements Range {}

  /** IPv4 addresses, both ends included. */
  public record Addresses(String first, String last) implements Range {}

  /** The IPv4 networks of {@code prefixLength} in {@code network}, for instance 10.0.0.0/16. */
  public record Subnets(String network, int prefixLength) implements Range {}
}
