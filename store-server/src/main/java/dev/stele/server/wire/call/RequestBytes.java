// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.wire.ApiSettings;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A request as gRPC hands it over. It is parsed by us, not by gRPC's marshaller, whose failures
 * reach the caller without a reason; and a forwarded one needs no parsing at all.
 *
 * @param bytes null when there were more than {@link ApiSettings#REQUEST_MAX_BYTES}
 */
record RequestBytes(byte @Nullable [] bytes) {
  /**
   * gRPC cuts off what is longer than this before we see it, and then gives no reason; what lies
   * between our limit and this one is refused by us.
   */
  static final int TRANSPORT_MAX_BYTES = 2 * ApiSettings.REQUEST_MAX_BYTES;

  static final MethodDescriptor.Marshaller<RequestBytes> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(RequestBytes value) {
          return new ByteArrayInputStream(value.bytes == null ? new byte[0] : value.bytes);
        }

        @Override
        public RequestBytes parse(InputStream stream) {
          return read(stream);
        }
      };

  static RequestBytes read(InputStream stream) {
    try {
      byte[] bytes = stream.readNBytes(ApiSettings.REQUEST_MAX_BYTES + 1);
      return new RequestBytes(bytes.length > ApiSettings.REQUEST_MAX_BYTES ? null : bytes);
    } catch (StatusRuntimeException e) {
      // A compressed request that unfolds beyond gRPC's own limit.
      return new RequestBytes(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
