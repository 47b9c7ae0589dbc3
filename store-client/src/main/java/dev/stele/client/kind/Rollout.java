// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Objects;

/**
 * How far a change has come.
 *
 * @param target key of the fact that is rolled out, for instance {@code desired/prod/web}
 * @param fromRevision what is replaced; unsigned 64 bits
 * @param toRevision what replaces it; unsigned 64 bits
 * @param phase where it stands
 * @param percent 0 to 100
 * @param reason why it stands there, for people; may be empty
 */
public record Rollout(
    String target, long fromRevision, long toRevision, Phase phase, long percent, String reason) {
  public Rollout {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(phase, "phase");
    Unsigned.check32("percent", percent);
    Objects.requireNonNull(reason, "reason");
  }

  /** Where a rollout stands. */
  public enum Phase {
    PENDING,
    PROGRESSING,
    PAUSED,
    SUCCEEDED,
    FAILED,
    ROLLED_BACK,
    /** A newer release knows what. It cannot be written. */
    UNRECOGNIZED
  }
}
