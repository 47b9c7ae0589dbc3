// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.failure;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server says beyond the status.
 *
 * @param info in the domain {@code stele}; null when there is none
 * @param field at fault; empty when none is
 * @param retryAfter null when waiting does not help
 */
record ErrorDetails(@Nullable ErrorInfo info, String field, @Nullable Duration retryAfter) {
  private static final String DOMAIN = "stele";
  private static final ErrorDetails NONE = new ErrorDetails(null, "", null);

  static ErrorDetails read(Status status, @Nullable Metadata trailers) {
    com.google.rpc.Status full = StatusProto.fromStatusAndTrailers(status, trailers);
    return full == null ? NONE : read(full);
  }

  static ErrorDetails read(com.google.rpc.Status full) {
    try {
      return full.getDetailsCount() == 0 ? NONE : unpack(full);
    } catch (InvalidProtocolBufferException e) {
      // Not ours, then: the status alone decides, on the safe side.
      return NONE;
    }
  }

  private static ErrorDetails unpack(com.google.rpc.Status full)
      throws InvalidProtocolBufferException {
    ErrorInfo info = null;
    String field = "";
    Duration retryAfter = null;
    for (Any detail : full.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        ErrorInfo candidate = detail.unpack(ErrorInfo.class);
        info = candidate.getDomain().equals(DOMAIN) ? candidate : info;
      } else if (detail.is(BadRequest.class)) {
        BadRequest bad = detail.unpack(BadRequest.class);
        field = bad.getFieldViolationsCount() == 0 ? "" : bad.getFieldViolations(0).getField();
      } else if (detail.is(RetryInfo.class)) {
        com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
        retryAfter = Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
      }
    }
    if (field.isEmpty() && info != null) {
      field = info.getMetadataOrDefault("field", "");
    }
    return new ErrorDetails(info, field, retryAfter);
  }

  /** The number behind {@code key}; 0 when there is none. */
  long number(String key) {
    String text = text(key);
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The text behind {@code key}; empty when there is none. */
  String text(String key) {
    return info == null ? "" : info.getMetadataOrDefault(key, "");
  }
}
