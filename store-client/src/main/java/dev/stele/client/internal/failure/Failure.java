// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.failure;

import dev.stele.client.error.SteleException;

/**
 * What a failed attempt means for its request.
 *
 * @param exception what the caller gets if this attempt was the last
 * @param retriable whether another attempt is safe and may help
 * @param endpointFailed whether the endpoint should be left alone for a while
 * @param leaderEndpoint where the leader is, as the refusal tells; empty when it does not
 * @param retryAfterNanos the least delay before another attempt, as the refusal tells; 0 when it
 *     does not
 */
public record Failure(
    SteleException exception,
    boolean retriable,
    boolean endpointFailed,
    String leaderEndpoint,
    long retryAfterNanos) {
  /** Neither another attempt nor another endpoint helps. */
  public static Failure last(SteleException exception) {
    return new Failure(exception, false, false, "", 0);
  }

  static Failure lastAndEndpointFailed(SteleException exception) {
    return new Failure(exception, false, true, "", 0);
  }

  static Failure elsewhere(SteleException exception) {
    return new Failure(exception, true, true, "", 0);
  }
}
