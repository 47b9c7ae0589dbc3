// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.error;

import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.model.Reason;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Why a call does not get what it asked for.
 *
 * @param field of the request that is at fault, in the notation of its proto ({@code
 *     then[3].put.key}); empty when none is
 * @param message for people
 * @param details for programs; unmodifiable
 * @param retryAfter zero: what the table says
 * @param deadlinePassed whether the caller's deadline ended it
 */
public record Failure(
    Reason reason,
    String field,
    String message,
    SortedMap<String, String> details,
    Duration retryAfter,
    boolean deadlinePassed) {
  /** The oldest revision that can be read, in {@link #details}. */
  public static final String FLOOR = "floor";

  /** The node that leads, in {@link #details}. */
  public static final String LEADER = "leader";

  /** Where clients reach the leader, in {@link #details}. */
  public static final String LEADER_ENDPOINT = "leaderEndpoint";

  public Failure {
    details = Collections.unmodifiableSortedMap(details);
  }

  public static Failure of(Reason reason, String message) {
    return of(reason, "", message);
  }

  public static Failure of(Reason reason, String field, String message) {
    return new Failure(reason, field, message, Collections.emptySortedMap(), Duration.ZERO, false);
  }

  /** What the core said no to. */
  public static Failure of(Refusal refusal) {
    return new Failure(
        refusal.reason(),
        refusal.field(),
        refusal.message(),
        refusal.details(),
        Duration.ZERO,
        false);
  }

  /** The same with one more detail. */
  public Failure with(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(details);
    more.put(key, value);
    return new Failure(reason, field, message, more, retryAfter, deadlinePassed);
  }

  /** The same, found at another field. */
  public Failure at(String otherField) {
    return new Failure(reason, otherField, message, details, retryAfter, deadlinePassed);
  }

  /** The same, with a delay that the one who refused knows better than the table. */
  public Failure retryAfter(Duration delay) {
    return new Failure(reason, field, message, details, delay, deadlinePassed);
  }

  /** The same, ended by the caller's deadline. */
  public Failure afterDeadline() {
    return new Failure(reason, field, message, details, retryAfter, true);
  }
}
