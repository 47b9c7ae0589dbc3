// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.wire.ApiSettings;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

final class RequestBytesTest {
  /** As gRPC hands over what is not compressed. */
  private static final class Measured extends ByteArrayInputStream implements KnownLength {
    private final int told;

    Measured(byte[] bytes, int told) {
      super(bytes);
      this.told = told;
    }

    @Override
    public int available() {
      return told;
    }
  }

  @Test
  void aRequestIsReadWhetherItsLengthIsKnownOrNot() {
    for (int length : new int[] {0, 1, 10_000, ApiSettings.REQUEST_MAX_BYTES}) {
      byte[] request = bytes(length);
      assertThat(parsed(new Measured(request, length))).isEqualTo(request);
      assertThat(parsed(new ByteArrayInputStream(request))).isEqualTo(request);
    }
  }

  @Test
  void aRequestThatIsTooLongIsNotTaken() {
    byte[] request = bytes(ApiSettings.REQUEST_MAX_BYTES + 1);
    assertThat(parsed(new Measured(request, request.length))).isNull();
    assertThat(parsed(new ByteArrayInputStream(request))).isNull();
    assertThat(parsed(new Measured(request, Integer.MAX_VALUE))).isNull();
  }

  @Test
  void aRequestThatEndsEarlyIsNoRequest() {
    InputStream cut = new Measured(bytes(9), 10);
    assertThatThrownBy(() -> parsed(cut))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(EOFException.class);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static byte[] parsed(InputStream stream) {
    return RequestBytes.MARSHALLER.parse(stream).bytes();
  }
}
