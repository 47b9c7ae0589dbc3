// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Objects;

/**
 * What should run. The spec itself stays outside; its digest and its place are what must not split.
 *
 * @param replicas 0 to 2^32 - 1
 * @param paused whether controllers leave it alone
 * @param specDigest for instance {@code sha256:9f86d0…}; may be empty
 * @param specLocation where the spec is kept, for instance a URL; may be empty
 */
public record DesiredState(long replicas, boolean paused, String specDigest, String specLocation) {
  public DesiredState {
    Unsigned.check32("replicas", replicas);
    Objects.requireNonNull(specDigest, "specDigest");
    Objects.requireNonNull(specLocation, "specLocation");
  }

  /** So many replicas, not paused, without a spec. */
  public static DesiredState replicas(long replicas) {
    return new DesiredState(replicas, false, "", "");
  }

  /** The same with another number of replicas. */
  public DesiredState withReplicas(long count) {
    return new DesiredState(count, paused, specDigest, specLocation);
  }

  /** The same, paused or not. */
  public DesiredState withPaused(boolean pause) {
    return new DesiredState(replicas, pause, specDigest, specLocation);
  }

  /** The same with another spec. */
  public DesiredState withSpec(String digest, String location) {
    return new DesiredState(replicas, paused, digest, location);
  }
}
