// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Objects;

/**
 * A decision of a controller: who takes over what from whom, and why.
 *
 * @param claim key of the claim
 * @param from who had it
 * @param to who is to have it
 * @param epoch at which the claim stood when it was decided
 * @param reason for people
 * @param decidedBy the controller
 * @param token of the lease that it was decided under
 * @param evidenceRevision of the change that it is based on
 * @param state how far it has come
 */
public record Failover(
    String claim,
    String from,
    String to,
    long epoch,
    String reason,
    String decidedBy,
    long token,
    long evidenceRevision,
    State state) {
  public Failover {
    Objects.requireNonNull(claim, "claim");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(decidedBy, "decidedBy");
    Objects.requireNonNull(state, "state");
  }

  /** The same decision, so far, and why. */
  public Failover withState(State other, String why) {
    return new Failover(claim, from, to, epoch, why, decidedBy, token, evidenceRevision, other);
  }

  /** How far a decision has come. */
  public enum State {
    DECIDED,
    DONE,
    /** Overtaken by events. */
    ABANDONED,
    /** A newer release knows what. It cannot be written. */
    UNRECOGNIZED
  }
}
