// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.stele.client.error.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Errors as a server makes them. */
final class Errors {
  private Errors() {}

  static StatusRuntimeException of(Status.Code code, Reason reason) {
    return of(code, reason.name(), Map.of(), null, null);
  }

  static StatusRuntimeException of(Status.Code code, Reason reason, Map<String, String> metadata) {
    return of(code, reason.name(), metadata, null, null);
  }

  static StatusRuntimeException of(
      Status.Code code,
      String reason,
      Map<String, String> metadata,
      @Nullable String field,
      @Nullable Duration retryAfter) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage("because of " + reason)
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain("stele")
                        .setReason(reason)
                        .putAllMetadata(metadata)
                        .build()));
    if (field != null) {
      status.addDetails(
          Any.pack(
              BadRequest.newBuilder()
                  .addFieldViolations(BadRequest.FieldViolation.newBuilder().setField(field))
                  .build()));
    }
    if (retryAfter != null) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(
                      com.google.protobuf.Duration.newBuilder()
                          .setSeconds(retryAfter.getSeconds())
                          .setNanos(retryAfter.getNano()))
                  .build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
