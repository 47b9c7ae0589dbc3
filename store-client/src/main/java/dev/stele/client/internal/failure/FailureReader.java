// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.failure;

import com.google.rpc.ErrorInfo;
import dev.stele.client.error.AlreadyExistsException;
import dev.stele.client.error.CompactedException;
import dev.stele.client.error.CompareFailedException;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.ForbiddenException;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.NotFoundException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.PoolExhaustedException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.RefusedException;
import dev.stele.client.error.SessionExpiredException;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.error.WrongEpochException;
import dev.stele.proto.v1.WatchProblem;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.ConnectException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a failed attempt means from its status and details. In doubt a write may have
 * happened.
 */
public final class FailureReader {
  private FailureReader() {}

  /**
   * Reads a failure.
   *
   * @param write whether the request may change something
   * @param sent whether the request may have left this process
   * @param endpoint that was tried, for people
   */
  public static Failure read(
      Status status, @Nullable Metadata trailers, boolean write, boolean sent, String endpoint) {
    return read(status, ErrorDetails.read(status, trailers), write, sent, endpoint);
  }

  /**
   * Reads what a node answered to one call of a stream of many.
   *
   * @param write whether the request may change something
   * @param endpoint that was tried, for people
   */
  public static Failure read(com.google.rpc.Status refusal, boolean write, String endpoint) {
    Status code = Status.fromCodeValue(refusal.getCode());
    Status status = code.isOk() ? Status.INTERNAL : code;
    if (!refusal.getMessage().isEmpty()) {
      status = status.withDescription(refusal.getMessage());
    }
    return read(status, ErrorDetails.read(refusal), write, true, endpoint);
  }

  /**
   * Reads what the end of a stream of many calls means for one that was not answered. The end is
   * about the stream: a sent write may have been served before it, unless nothing was.
   *
   * @param write whether the request may change something
   * @param sent whether the request may have left this process
   * @param served whether anything was answered on the stream
   * @param endpoint that was tried, for people
   */
  public static Failure readEnd(
      Status status,
      Metadata trailers,
      boolean write,
      boolean sent,
      boolean served,
      String endpoint) {
    boolean never =
        switch (status.getCode()) {
          case UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED -> !served;
          default -> false;
        };
    return write && sent && !never
        ? unknownOutcome(status, endpoint)
        : read(status, trailers, write, false, endpoint);
  }

  private static Failure read(
      Status status, ErrorDetails details, boolean write, boolean sent, String endpoint) {
    ErrorInfo info = details.info();
    if (info == null) {
      return withoutInfo(status, write, sent, endpoint);
    }
    Reason reason = reason(info.getReason());
    if (reason == null) {
      return unknownReason(info.getReason(), status, details, write, endpoint);
    }
    Failure failure = withReason(reason, description(status), details, write, endpoint);
    boolean contradicts =
        write && mayHaveHappened(details) && !failure.exception().mayHaveHappened();
    return contradicts ? unknownOutcome(status, endpoint) : failure;
  }

  /** Reads what a watch was told, as if a call had failed with it. */
  public static SteleException read(WatchProblem problem, String endpoint) {
    String message = problem.getMessage();
    if (problem.getReason().isEmpty()) {
      return unavailable(Reason.NO_QUORUM, "the node ended the watch", endpoint, null);
    }
    Duration retryAfter =
        problem.getRetryAfterMillis() > 0 ? Duration.ofMillis(problem.getRetryAfterMillis()) : null;
    ErrorInfo info =
        ErrorInfo.newBuilder().putMetadata("floor", Long.toString(problem.getFloor())).build();
    ErrorDetails details = new ErrorDetails(info, problem.getField(), retryAfter);
    Reason reason = reason(problem.getReason());
    if (reason != null) {
      return withReason(reason, message, details, false, endpoint).exception();
    }
    Status status = retryAfter == null ? Status.UNKNOWN : Status.RESOURCE_EXHAUSTED;
    return unknownReason(
            problem.getReason(), status.withDescription(message), details, false, endpoint)
        .exception();
  }

  private static @Nullable Reason reason(String name) {
    for (Reason reason : Reason.values()) {
      if (reason.name().equals(name)) {
        return reason;
      }
    }
    return null;
  }

  private static Failure withReason(
      Reason reason, String message, ErrorDetails details, boolean write, String endpoint) {
    return switch (reason) {
      case NOT_LEADER ->
          new Failure(
              unavailable(reason, message, endpoint, null),
              true,
              false,
              details.text("leaderEndpoint"),
              0);
      case NO_QUORUM -> Failure.elsewhere(unavailable(reason, message, endpoint, null));
      case OVERLOADED -> overloaded(message, details);
      case OUTCOME_UNKNOWN ->
          write
              ? Failure.last(new OutcomeUnknownException(at(message, endpoint), null))
              : Failure.elsewhere(unavailable(Reason.NO_QUORUM, message, endpoint, null));
      case SESSION_EXPIRED, SEQUENCE_TOO_OLD ->
          Failure.last(new SessionExpiredException(reason, message, details.field(), null));
      case CORRUPT ->
          Failure.elsewhere(
              new CorruptException(reason, at(message, endpoint), details.field(), null));
      default -> Failure.last(refused(reason, message, details));
    };
  }

  private static RefusedException refused(Reason reason, String message, ErrorDetails details) {
    String field = details.field();
    return switch (reason) {
      case COMPARE_FAILED -> new CompareFailedException(message, field, details.number("revision"));
      case ALREADY_EXISTS -> new AlreadyExistsException(message, field, details.number("revision"));
      case NOT_FOUND -> new NotFoundException(message, field);
      case FENCED -> new FencedException(message, field);
      case LEASE_HELD ->
          new LeaseHeldException(message, field, details.text("holder"), details.number("token"));
      case COMPACTED -> new CompactedException(message, field, details.number("floor"));
      case WRONG_EPOCH -> new WrongEpochException(message, field);
      case KIND_FULL, STORE_FULL, OVER_BUDGET, WINDOW_FULL, LIMIT_REACHED ->
          new LimitExceededException(reason, message, field, details.retryAfter());
      case POOL_EXHAUSTED -> new PoolExhaustedException(message, field, details.retryAfter());
      case UNAUTHENTICATED, FORBIDDEN -> new ForbiddenException(reason, message, field, null);
      default -> new InvalidRequestException(reason, message, field, null);
    };
  }

  private static Failure overloaded(String message, ErrorDetails details) {
    LimitExceededException exception =
        new LimitExceededException(
            Reason.OVERLOADED, message, details.field(), details.retryAfter());
    // Without a delay the server does not ask to be asked again.
    return exception
        .retryAfter()
        .map(delay -> new Failure(exception, true, false, "", Math.max(0, delay.toNanos())))
        .orElseGet(() -> Failure.last(exception));
  }

  /** A newer server's reason: its status and its word on whether something happened decide. */
  private static Failure unknownReason(
      String reason, Status status, ErrorDetails details, boolean write, String endpoint) {
    if (write && !details.text("mayHaveHappened").equals("false")) {
      return unknownOutcome(status, endpoint);
    }
    String message = reason + ", which this client does not know: " + description(status);
    return switch (status.getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED ->
          Failure.elsewhere(unavailable(Reason.NO_QUORUM, message, endpoint, null));
      case RESOURCE_EXHAUSTED ->
          Failure.last(
              new LimitExceededException(
                  Reason.LIMIT_REACHED, message, details.field(), details.retryAfter()));
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          Failure.last(new ForbiddenException(Reason.FORBIDDEN, message, details.field(), null));
      default ->
          Failure.last(
              new InvalidRequestException(Reason.INVALID_FIELD, message, details.field(), null));
    };
  }

  /** Nobody who knows Stele said anything: the transport failed, or something in between. */
  private static Failure withoutInfo(Status status, boolean write, boolean sent, String endpoint) {
    String message = description(status);
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, UNIMPLEMENTED ->
          Failure.last(
              new InvalidRequestException(
                  Reason.INVALID_FIELD, at(message, endpoint), null, status.getCause()));
      case UNAUTHENTICATED ->
          Failure.last(
              new ForbiddenException(
                  Reason.UNAUTHENTICATED, at(message, endpoint), null, status.getCause()));
      case PERMISSION_DENIED ->
          Failure.last(
              new ForbiddenException(
                  Reason.FORBIDDEN, at(message, endpoint), null, status.getCause()));
      default ->
          write && sent
              ? unknownOutcome(status, endpoint)
              : Failure.elsewhere(
                  unavailable(Reason.NO_QUORUM, message, endpoint, status.getCause()));
    };
  }

  private static Failure unknownOutcome(Status status, String endpoint) {
    String message = at("sent, and then: " + description(status), endpoint);
    return Failure.lastAndEndpointFailed(new OutcomeUnknownException(message, status.getCause()));
  }

  private static boolean mayHaveHappened(ErrorDetails details) {
    return details.text("mayHaveHappened").equals("true");
  }

  private static UnavailableException unavailable(
      Reason reason, String message, String endpoint, @Nullable Throwable cause) {
    return new UnavailableException(reason, at(message, endpoint), null, cause);
  }

  private static String description(Status status) {
    if (status.getCause() instanceof ConnectException) {
      // The transport's own words are "io exception", which helps nobody.
      return "can't be reached: connection refused";
    }
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return "no answer in time";
    }
    String description = status.getDescription();
    return description == null ? status.getCode().name() : description;
  }

  private static String at(String message, String endpoint) {
    return message + " (" + endpoint + ")";
  }
}
