// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Bytes;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * A response on its way out: a message of ours, or the bytes of one that another node gave.
 *
 * @param sizeBytes as it is sent
 * @param stream what is sent
 */
record Reply(int sizeBytes, Supplier<InputStream> stream) {
  static final MethodDescriptor.Marshaller<Reply> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Reply reply) {
          return reply.stream().get();
        }

        @Override
        public Reply parse(InputStream stream) {
          throw new UnsupportedOperationException("a server sends replies");
        }
      };

  static <R extends Message> Reply of(R message) {
    // gRPC writes this stream without a copy in between.
    @SuppressWarnings("unchecked")
    R prototype = (R) message.getDefaultInstanceForType();
    return new Reply(
        message.getSerializedSize(), () -> ProtoUtils.marshaller(prototype).stream(message));
  }

  /** The message that {@code parts} are when they are put together. */
  static Reply of(List<Bytes> parts) {
    int size = parts.stream().mapToInt(Bytes::length).sum();
    return new Reply(size, () -> new PartsStream(parts, size));
  }

  static Reply of(Bytes message) {
    return new Reply(message.length(), () -> new ByteArrayInputStream(message.unsafeArray()));
  }
}
