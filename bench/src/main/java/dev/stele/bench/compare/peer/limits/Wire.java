// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.ServerCalls.UnaryMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The two calls of these servers; messages are bytes as they are. */
final class Wire {
  private static final String SERVICE = "stele.bench.Limit";
  private static final Bytes BYTES = new Bytes();

  /** Answers once what is sent is where the server puts it. */
  static final MethodDescriptor<byte[], byte[]> PUT = method("Put");

  /** Answers {@link #YES} if the server leads. */
  static final MethodDescriptor<byte[], byte[]> LEADS = method("Leads");

  static final byte[] YES = {1};
  static final byte[] NO = {0};

  private Wire() {}

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.newBuilder(BYTES, BYTES)
        .setType(MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .build();
  }

  /** Serves at a port of loopback, by one event loop and without another thread. */
  static Server serve(int port, UnaryMethod<byte[], byte[]> put, UnaryMethod<byte[], byte[]> leads)
      throws IOException {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .directExecutor()
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .channelType(NioServerSocketChannel.class)
        .addService(
            ServerServiceDefinition.builder(SERVICE)
                .addMethod(PUT, ServerCalls.asyncUnaryCall(put))
                .addMethod(LEADS, ServerCalls.asyncUnaryCall(leads))
                .build())
        .build()
        .start();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
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
  }
}
