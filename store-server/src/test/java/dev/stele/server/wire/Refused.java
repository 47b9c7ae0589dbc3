// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.Statuses;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.Callable;

/** A typed refusal, as a caller sees it. */
public record Refused(Status status, ErrorInfo info, com.google.rpc.Status details) {
  public static Refused by(Callable<?> call) {
    StatusRuntimeException thrown =
        catchThrowableOfType(StatusRuntimeException.class, () -> call.call());
    assertThat(thrown).as("the call was answered").isNotNull();
    return of(thrown.getStatus(), thrown.getTrailers()).orElseThrow(() -> thrown);
  }

  /** {@code call} is refused by {@code node} for {@code field}, and changes nothing. */
  static void forField(TestNode node, String what, Callable<?> call, String field) {
    long before = node.revision();
    Refused refused = by(call);
    assertThat(refused.reason()).as(what).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).as(what).isEqualTo(field);
    assertThat(refused.badRequest()).as(what).isPresent();
    assertThat(refused.metadata("mayHaveHappened")).as(what).isEqualTo("false");
    assertThat(node.revision()).as(what).isEqualTo(before);
  }

  /** Empty when it carries no reason of ours. */
  static Optional<Refused> of(Status status, Metadata trailers) {
    com.google.rpc.Status details = trailers == null ? null : trailers.get(Statuses.DETAILS);
    if (details == null) {
      return Optional.empty();
    }
    ErrorInfo info = detail(details, ErrorInfo.class).orElseThrow();
    assertThat(info.getDomain()).isEqualTo("stele");
    assertThat(details.getCode()).isEqualTo(status.getCode().value());
    return Optional.of(new Refused(status, info, details));
  }

  private static <T extends Message> Optional<T> detail(
      com.google.rpc.Status details, Class<T> type) {
    for (Any any : details.getDetailsList()) {
      if (any.is(type)) {
        try {
          return Optional.of(any.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    return Optional.empty();
  }

  public Reason reason() {
    return Reason.valueOf(info.getReason());
  }

  String field() {
    return info.getMetadataOrDefault("field", "");
  }

  String metadata(String key) {
    return info.getMetadataOrDefault(key, "");
  }

  Optional<BadRequest> badRequest() {
    return detail(details, BadRequest.class);
  }

  Optional<RetryInfo> retry() {
    return detail(details, RetryInfo.class);
  }
}
