// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.forward;

import com.google.protobuf.Message;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.peer.Credentials;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Passes a client's write on to the leader, by calling the same method there under this node's
 * identity. A header says that it was passed on, and a node that gets one never passes it on again.
 * The request and the response travel as the bytes they are.
 */
public final class Forwarder {
  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
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

  private final PeerChannels channels;
  private final PeerIdentity identity;

  public Forwarder(PeerChannels channels, PeerIdentity identity) {
    this.channels = channels;
    this.identity = identity;
  }

  /** Calls {@code method} at {@code leader}; the future always completes, never exceptionally. */
  public <R extends Message> CompletableFuture<Forwarded<R>> forward(
      Call call, MethodDescriptor<?, R> method, NodeAddress leader) {
    ForwardedCall<R> forwarded = new ForwardedCall<>();
    CallOptions options =
        CallOptions.DEFAULT
            .withDeadlineAfter(call.remainingNanos(), TimeUnit.NANOSECONDS)
            .withStreamTracerFactory(forwarded.tracer());
    ClientCall<byte[], byte[]> there =
        channels.to(leader).newCall(method.toBuilder(BYTES, BYTES).build(), options);
    Metadata headers = Credentials.of(identity);
    headers.put(Credentials.FORWARDED, call.caller().origin().name());
    there.start(forwarded, headers);
    there.request(1);
    there.sendMessage(call.request());
    there.halfClose();
    call.onCancel(() -> there.cancel("the caller went away", null));
    return forwarded.outcome();
  }

  /** Lets the next call try to connect at once, if that is what an earlier one failed at. */
  public void reconnect(NodeAddress leader) {
    channels.reconnect(leader);
  }
}
