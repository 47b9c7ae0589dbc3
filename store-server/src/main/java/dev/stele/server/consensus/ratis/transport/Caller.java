// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import dev.stele.server.port.Network;
import dev.stele.server.port.Passage;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A node that has a connection to this one. Its requests and their answers pass through the network
 * of a test, if there is one.
 */
final class Caller {
  private final String node;
  private final String selfId;
  private final Network network;
  private final Channel channel;
  private final @Nullable Passage passage;
  private final Queue<Outgoing> outgoing = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean draining = new AtomicBoolean();

  Caller(TransportSetup setup, String node, Channel channel) {
    this.node = node;
    this.selfId = setup.selfId();
    this.network = setup.network();
    this.channel = channel;
    this.passage =
        network == Network.REAL
            ? null
            : new Passage(network, selfId, () -> Optional.of(node), () -> Io.close(channel));
  }

  /** What to answer to {@code call}: a message, or a failure's text. */
  private record Outgoing(long call, @Nullable MessageLite message, @Nullable String failure) {}

  String node() {
    return node;
  }

  Channel channel() {
    return channel;
  }

  /** Runs {@code step} on the loop, or loses it, or holds it up, as the network wants. */
  void arrive(Runnable step) {
    Passage through = passage;
    if (through == null) {
      step.run();
    } else if (network.delivers(node, selfId)) {
      // What was held up goes on at another thread: all go the same way round to keep their order.
      through.arrive(() -> onLoop(step));
    }
  }

  /** Answers; any thread. */
  void answer(long call, MessageLite message) {
    send(new Outgoing(call, message, null));
  }

  /** Says why there is no answer; any thread. */
  void fail(long call, Throwable why) {
    send(new Outgoing(call, null, why.toString()));
  }

  private void send(Outgoing answer) {
    Passage through = passage;
    if (through == null) {
      enqueue(answer);
    } else {
      through.answer(() -> enqueue(answer));
    }
  }

  private void enqueue(Outgoing answer) {
    outgoing.add(answer);
    if (!draining.getAndSet(true)) {
      onLoop(this::drain);
    }
  }

  /** One flush for all that waits. */
  private void drain() {
    draining.set(false);
    for (Outgoing next = outgoing.poll(); next != null; next = outgoing.poll()) {
      ByteBuf frame =
          next.message() != null
              ? Frames.of(channel.alloc(), FrameKind.ANSWER, next.call(), next.message())
              : Frames.of(
                  channel.alloc(), FrameKind.FAILURE, next.call(), Failures.write(next.failure()));
      Io.write(channel, frame);
    }
    channel.flush();
  }

  private void onLoop(Runnable step) {
    try {
      channel.eventLoop().execute(step);
    } catch (RejectedExecutionException e) {
      // This node is closed; whoever asked finds out by the connection.
      outgoing.clear();
    }
  }
}
