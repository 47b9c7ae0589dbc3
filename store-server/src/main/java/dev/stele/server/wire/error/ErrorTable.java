// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.error;

import dev.stele.server.core.model.Reason;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What each {@link Reason} is on the wire; {@code docs/errors.md} is this table in prose.
 *
 * <p>The one place where a reason meets a gRPC status: everything that fails goes through it.
 */
public enum ErrorTable {
  INVALID_FIELD(Status.Code.INVALID_ARGUMENT, false, 0, "fix the request; `field` names the place"),
  BODY_TOO_LARGE(Status.Code.INVALID_ARGUMENT, false, 0, "fix the request"),
  UNKNOWN_KIND(Status.Code.INVALID_ARGUMENT, false, 0, "fix the request"),
  COMPARE_FAILED(
      Status.Code.FAILED_PRECONDITION, false, 0, "read again, decide again; see `revision`"),
  ALREADY_EXISTS(Status.Code.ALREADY_EXISTS, false, 0, "read again, decide again; see `revision`"),
  NOT_FOUND(Status.Code.NOT_FOUND, false, 0, "read again, decide again"),
  FENCED(Status.Code.FAILED_PRECONDITION, false, 0, "stop acting: another holder has the lease"),
  LEASE_HELD(Status.Code.FAILED_PRECONDITION, false, 0, "wait, or ask who holds it"),
  COMPACTED(Status.Code.OUT_OF_RANGE, false, 0, "start from initial state; see `floor`"),
  WRONG_EPOCH(
      Status.Code.FAILED_PRECONDITION, false, 0, "drop caches and start from initial state"),
  KIND_FULL(Status.Code.RESOURCE_EXHAUSTED, false, 1_000, "back off; delete what is not needed"),
  STORE_FULL(Status.Code.RESOURCE_EXHAUSTED, false, 1_000, "back off; delete what is not needed"),
  OVER_BUDGET(Status.Code.RESOURCE_EXHAUSTED, false, 1_000, "back off"),
  OVERLOADED(Status.Code.RESOURCE_EXHAUSTED, false, 100, "back off"),
  NOT_LEADER(
      Status.Code.UNAVAILABLE, false, 50, "retry at the leader; see `leader`, `leaderEndpoint`"),
  NO_QUORUM(Status.Code.UNAVAILABLE, false, 200, "retry elsewhere"),
  OUTCOME_UNKNOWN(
      Status.Code.UNAVAILABLE, true, 0, "retry under the same session and sequence, or read"),
  SESSION_EXPIRED(Status.Code.FAILED_PRECONDITION, true, 0, "find out by reading"),
  UNAUTHENTICATED(Status.Code.UNAUTHENTICATED, false, 0, "fix the credentials"),
  FORBIDDEN(Status.Code.PERMISSION_DENIED, false, 0, "fix the role"),
  SEQUENCE_REUSED(Status.Code.INVALID_ARGUMENT, false, 0, "fix the request"),
  REPLY_TOO_LARGE(Status.Code.INVALID_ARGUMENT, false, 0, "ask for less at a time"),
  SEQUENCE_TOO_OLD(Status.Code.FAILED_PRECONDITION, true, 0, "find out by reading"),
  WINDOW_FULL(Status.Code.RESOURCE_EXHAUSTED, false, 50, "finish something, then retry"),
  LIMIT_REACHED(Status.Code.RESOURCE_EXHAUSTED, false, 0, "do less at a time"),
  CORRUPT(Status.Code.DATA_LOSS, false, 0, "the node has stopped serving; replace it"),
  POOL_EXHAUSTED(
      Status.Code.RESOURCE_EXHAUSTED,
      false,
      1_000,
      "wait for a claim to be given back, or add some");

  private static final Map<Reason, ErrorTable> BY_REASON = byReason();

  private final Status.Code status;
  private final boolean mayHaveHappened;
  private final int retryDelayMillis;
  private final String advice;

  ErrorTable(Status.Code status, boolean mayHaveHappened, int retryDelayMillis, String advice) {
    this.status = status;
    this.mayHaveHappened = mayHaveHappened;
    this.retryDelayMillis = retryDelayMillis;
    this.advice = advice;
  }

  private static Map<Reason, ErrorTable> byReason() {
    Map<Reason, ErrorTable> rows = new EnumMap<>(Reason.class);
    Arrays.stream(Reason.values()).forEach(reason -> rows.put(reason, valueOf(reason.name())));
    return Collections.unmodifiableMap(rows);
  }

  /** The row of {@code reason}. */
  public static ErrorTable of(Reason reason) {
    return BY_REASON.get(reason);
  }

  /**
   * The gRPC status. OUTCOME_UNKNOWN is DEADLINE_EXCEEDED instead once the caller's deadline
   * passed.
   */
  public Status.Code status() {
    return status;
  }

  /** Whether what was asked for may have taken effect. */
  public boolean mayHaveHappened() {
    return mayHaveHappened;
  }

  /** What RetryInfo proposes when the failure itself says nothing else; 0: no RetryInfo. */
  public int retryDelayMillis() {
    return retryDelayMillis;
  }

  /** What the caller should do, for people. */
  public String advice() {
    return advice;
  }
}
