// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The session's tag of a request. Methods throw {@link
 * dev.stele.server.wire.error.RefusedException}.
 */
public final class SessionParser {
  private static final String TAG = "header.session";

  private SessionParser() {}

  /** {@code write} as the request's session has it: once, or, without one, as often as it comes. */
  public static Command once(RequestHeader header, Command write) {
    return tag(header).<Command>map(tag -> new Once(tag, write)).orElse(write);
  }

  /** The tag that the request bears. */
  static Optional<SessionTag> tag(RequestHeader header) {
    return header.hasSession() ? Optional.of(tag(header.getSession())) : Optional.empty();
  }

  /** A read has no effect that could happen twice. */
  public static void refuseOnRead(RequestHeader header) {
    if (header.hasSession()) {
      throw invalid(TAG, "goes with writes only");
    }
  }

  private static SessionTag tag(dev.stele.proto.v1.SessionTag tag) {
    long sequence = Fields.atLeastOne(tag.getSequence(), TAG + ".sequence");
    long acknowledgedBelow =
        Fields.atLeastOne(tag.getAcknowledgedBelow(), TAG + ".acknowledged_below");
    if (acknowledgedBelow > sequence) {
      throw invalid(
          TAG + ".acknowledged_below",
          "is %d, beyond sequence %d".formatted(acknowledgedBelow, sequence));
    }
    return new SessionTag(
        id(tag.getId()),
        sequence,
        acknowledgedBelow,
        Fields.revision(tag.getStoreTimeMillis(), TAG + ".store_time_millis"));
  }

  private static SessionId id(ByteString id) {
    if (id.size() != SessionId.BYTES) {
      throw invalid(TAG + ".id", "has " + id.size() + " bytes, it must be " + SessionId.BYTES);
    }
    ByteBuffer bytes = id.asReadOnlyByteBuffer();
    return new SessionId(bytes.getLong(), bytes.getLong());
  }
}
