// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.wire.ApiSettings;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A request as gRPC hands it over. It is parsed by us, not by gRPC's marshaller, whose failures
 * reach the caller without a reason; and a forwarded one needs no parsing at all.
 */
final class RequestBytes {
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

  private final byte @Nullable [] bytes;

  private RequestBytes(byte @Nullable [] bytes) {
    this.bytes = bytes;
  }

  /** The request, not to be written to; null when it is longer than we take. */
  byte @Nullable [] bytes() {
    return bytes;
  }

  private static RequestBytes read(InputStream stream) {
    try {
      int most = ApiSettings.REQUEST_MAX_BYTES + 1;
      byte[] bytes =
          stream instanceof KnownLength
              ? exactly(Math.min(stream.available(), most), stream)
              : stream.readNBytes(most);
      return new RequestBytes(bytes.length > ApiSettings.REQUEST_MAX_BYTES ? null : bytes);
    } catch (StatusRuntimeException e) {
      // A compressed request that unfolds beyond gRPC's own limit.
      return new RequestBytes(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Into one array of the right length: of an unknown one it takes buffers, and a copy of them. */
  private static byte[] exactly(int length, InputStream stream) throws IOException {
    byte[] bytes = new byte[length];
    int read = stream.readNBytes(bytes, 0, length);
    if (read < length) {
      throw new EOFException("a request of " + length + " bytes ends after " + read);
    }
    return bytes;
  }
}
