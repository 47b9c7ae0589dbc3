// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.server.port.PeerIdentity;
import dev.stele.server.wire.error.Statuses;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls that no generated stub would make. */
final class RawCall {
  static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private RawCall() {}

  /** How a call ended, or OK with no trailers once its first message came. */
  record End(Status status, Metadata trailers) {
    String reason() {
      String reason = trailers.get(Statuses.REASON);
      return reason == null ? "" : reason;
    }
  }

  static Metadata headers(String... namesAndValues) {
    Metadata headers = new Metadata();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(
          Metadata.Key.of(namesAndValues[i], Metadata.ASCII_STRING_MARSHALLER),
          namesAndValues[i + 1]);
    }
    return headers;
  }

  /** What node {@code member} shows. */
  static Metadata peerHeaders(String member, String secret) {
    return headers(PeerIdentity.MEMBER_HEADER, member, PeerIdentity.SECRET_HEADER, secret);
  }

  static End call(
      Channel channel, MethodDescriptor<?, ?> method, Metadata headers, byte[]... requests) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    return call(channel, method, options, headers, requests);
  }

  static End call(
      Channel channel,
      MethodDescriptor<?, ?> method,
      CallOptions options,
      Metadata headers,
      byte[]... requests) {
    CompletableFuture<End> end = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            method.toBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .build(),
            options);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            if (!method.getType().serverSendsOneMessage()) {
              end.complete(new End(Status.OK, new Metadata()));
            }
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(new End(status, trailers));
          }
        },
        headers);
    call.request(2);
    for (byte[] request : requests) {
      call.sendMessage(request);
    }
    call.halfClose();
    End ended = end.join();
    call.cancel("seen enough", null);
    return ended;
  }
}
