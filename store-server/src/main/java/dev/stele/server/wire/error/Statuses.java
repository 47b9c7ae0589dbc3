// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.error;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;

/** Failures as gRPC status and trailers, in Google's error model. */
public final class Statuses {
  /** Of every ErrorInfo. */
  public static final String DOMAIN = "stele";

  /** {@code google.rpc.Status} with the details. */
  public static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  /** The reason once more, for people who look at trailers, and for counting. */
  public static final Metadata.Key<String> REASON =
      Metadata.Key.of("stele-reason", Metadata.ASCII_STRING_MARSHALLER);

  /**
   * Longest message, in characters. Trailers hold it twice, percent-encoded and in base64, and a
   * gRPC client takes 8 KiB of them.
   */
  static final int MESSAGE_MAX_CHARS = 300;

  private Statuses() {}

  /** What gRPC shows of {@code failure}. */
  public static Status status(Failure failure) {
    return code(failure).toStatus().withDescription(shortened(failure.message()));
  }

  /** What programs read. */
  public static Metadata trailers(Failure failure) {
    Metadata trailers = new Metadata();
    trailers.put(DETAILS, details(failure));
    trailers.put(REASON, failure.reason().name());
    return trailers;
  }

  /** The status with its details, as trailers hold it. */
  public static com.google.rpc.Status details(Failure failure) {
    ErrorTable row = ErrorTable.of(failure.reason());
    String message = shortened(failure.message());
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder()
            .setDomain(DOMAIN)
            .setReason(failure.reason().name())
            .putAllMetadata(failure.details())
            .putMetadata("mayHaveHappened", Boolean.toString(row.mayHaveHappened()));
    if (!failure.field().isEmpty()) {
      info.putMetadata("field", failure.field());
    }
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code(failure).value())
            .setMessage(message)
            .addDetails(Any.pack(info.build()));
    if (row.status() == Status.Code.INVALID_ARGUMENT && !failure.field().isEmpty()) {
      status.addDetails(Any.pack(violation(failure.field(), message)));
    }
    Duration delay = retryDelay(failure, row);
    if (!delay.isZero()) {
      status.addDetails(Any.pack(retryInfo(delay)));
    }
    return status.build();
  }

  /** The gRPC code of {@code failure}. */
  public static Status.Code code(Failure failure) {
    ErrorTable row = ErrorTable.of(failure.reason());
    return row == ErrorTable.OUTCOME_UNKNOWN && failure.deadlinePassed()
        ? Status.Code.DEADLINE_EXCEEDED
        : row.status();
  }

  private static Duration retryDelay(Failure failure, ErrorTable row) {
    return failure.retryAfter().isZero()
        ? Duration.ofMillis(row.retryDelayMillis())
        : failure.retryAfter();
  }

  private static BadRequest violation(String field, String message) {
    return BadRequest.newBuilder()
        .addFieldViolations(
            BadRequest.FieldViolation.newBuilder().setField(field).setDescription(message))
        .build();
  }

  private static RetryInfo retryInfo(Duration delay) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            com.google.protobuf.Duration.newBuilder()
                .setSeconds(delay.toSeconds())
                .setNanos(delay.toNanosPart()))
        .build();
  }

  private static String shortened(String message) {
    if (message.length() <= MESSAGE_MAX_CHARS) {
      return message;
    }
    int end = MESSAGE_MAX_CHARS - 1;
    boolean splitsPair = Character.isHighSurrogate(message.charAt(end - 1));
    return message.substring(0, splitsPair ? end - 1 : end) + "…";
  }
}
