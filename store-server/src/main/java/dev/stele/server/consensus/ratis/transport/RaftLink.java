// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoop;
import org.apache.ratis.thirdparty.io.netty.util.collection.LongObjectHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node asks one other node. Connects when there is something to ask, and again when the
 * connection is lost, as long as there is. Lives on the loop of {@link Loops#asking}; other threads
 * may call what says so.
 */
final class RaftLink {
  /** Asked at a time by those who wait for an answer; a vote and a handover make two. */
  static final int MAX_WAITING = 64;

  /** Attempts to connect that follow each other at once, before those with a pause. */
  private static final int QUICK_ATTEMPTS = 5;

  private static final long QUICK_NANOS = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(RaftLink.class);

  private final TransportSetup setup;
  private final String peer;
  private final HostPort address;
  private final Loops loops;
  private final EventLoop loop;
  private final LongObjectHashMap<Pending<?>> pending = new LongObjectHashMap<>();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Deque<Pending<?>> refusable = new ArrayDeque<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private State state = State.DOWN;
  private @Nullable CallerHandshake attempt;
  private @Nullable Channel channel;
  private long nextCall;
  private long heardNanos;
  private int failures;
  private boolean unreachable;

  RaftLink(TransportSetup setup, String peer, HostPort address, Loops loops) {
    this.setup = setup;
    this.peer = peer;
    this.address = address;
    this.loops = loops;
    this.loop = loops.asking();
  }

  private enum State {
    DOWN,
    CONNECTING,
    UP,
    CLOSED
  }

  /** Who hears of the answer to one call; on the loop. */
  interface Answer<M> {
    void came(M message);

    void failed(IOException why);

    /** Whether anybody still waits for it. */
    boolean isWanted();
  }

  /** Who hears of the connection; on the loop. */
  interface Watcher {
    void up();

    void down();

    /** The connection takes more again, or less. */
    void writable();
  }

  private record Pending<M extends MessageLite>(Parser<M> parser, Answer<M> answer) {
    void came(ByteBuf frame) {
      M message;
      try {
        message = parser.parseFrom(frame.nioBuffer());
      } catch (InvalidProtocolBufferException e) {
        answer.failed(e);
        return;
      }
      answer.came(message);
    }
  }

  EventLoop loop() {
    return loop;
  }

  boolean isUp() {
    return state == State.UP;
  }

  boolean isWritable() {
    Channel open = channel;
    return state == State.UP && open != null && open.isWritable();
  }

  /** Keeps the link up from now on. */
  void watch(Watcher watcher) {
    watchers.add(watcher);
    if (state == State.UP) {
      watcher.up();
    } else {
      connect();
    }
  }

  void unwatch(Watcher watcher) {
    watchers.remove(watcher);
  }

  /** Asks the peer, on a link that is up; {@link #flush} follows. */
  <M extends MessageLite> void call(
      FrameKind kind, MessageLite request, Parser<M> parser, Answer<M> answer) {
    Channel open = channel;
    if (state != State.UP || open == null) {
      answer.failed(new IOException("there is no connection to " + peer));
      return;
    }
    ByteBuf frame = Frames.of(open.alloc(), kind, nextCall, request);
    pending.put(nextCall++, new Pending<>(parser, answer));
    Io.write(open, frame);
  }

  void flush() {
    Channel open = channel;
    if (open != null) {
      open.flush();
    }
  }

  /** Asks the peer as soon as there is a connection; any thread. */
  <M extends MessageLite> CompletableFuture<M> ask(
      FrameKind kind, MessageLite request, Parser<M> parser) {
    CompletableFuture<M> future = new CompletableFuture<>();
    Answer<M> answer =
        new Answer<>() {
          @Override
          public void came(M message) {
            future.complete(message);
          }

          @Override
          public void failed(IOException why) {
            future.completeExceptionally(why);
          }

          @Override
          public boolean isWanted() {
            return !future.isDone();
          }
        };
    if (!onLoop(() -> askOnLoop(kind, request, new Pending<>(parser, answer)))) {
      future.completeExceptionally(new IOException("this node is stopping"));
    }
    return future;
  }

  /** Nobody waits for {@code answer} any more; any thread. */
  void giveUp(CompletableFuture<?> answer) {
    answer.cancel(false);
    onLoop(
        () -> {
          pending.values().removeIf(call -> !call.answer().isWanted());
          if (isUp() && setup.ticker().nanos() - heardNanos > setup.silenceNanos()) {
            drop("it does not answer");
          }
        });
  }

  /** Runs {@code step} on the loop; false when that is closed. Any thread. */
  boolean onLoop(Runnable step) {
    try {
      loop.execute(step);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private <M extends MessageLite> void askOnLoop(
      FrameKind kind, MessageLite request, Pending<M> asked) {
    if (state == State.UP) {
      call(kind, request, asked.parser(), asked.answer());
      flush();
    } else if (state == State.CLOSED || waiting.size() >= MAX_WAITING) {
      asked.answer().failed(new IOException("no room to wait for a connection to " + peer));
    } else {
      waiting.add(() -> call(kind, request, asked.parser(), asked.answer()));
      refusable.add(asked);
      connect();
    }
  }

  /** Takes the connection for dead, and makes another one if there is something to ask. */
  void drop(String why) {
    Channel open = channel;
    if (open != null) {
      LOG.atInfo().addKeyValue("peer", peer).addKeyValue("why", why).log("connection dropped");
      Io.close(open);
      lost(attempt, null);
    }
  }

  private void connect() {
    if (state != State.DOWN) {
      return;
    }
    state = State.CONNECTING;
    CallerHandshake begun = new CallerHandshake(setup, peer, this);
    attempt = begun;
    if (failures == 0) {
      resolve(begun);
    } else {
      long nanos = failures <= QUICK_ATTEMPTS ? QUICK_NANOS : setup.retryNanos();
      Io.later(loop, nanos, () -> resolve(begun));
    }
  }

  /** A name may take long to look up. */
  private void resolve(CallerHandshake begun) {
    try {
      loops.block(
          () -> {
            InetSocketAddress target = address.resolve();
            onLoop(() -> open(begun, target));
          });
    } catch (RejectedExecutionException e) {
      lost(begun, e);
    }
  }

  private void open(CallerHandshake begun, InetSocketAddress target) {
    if (begun != attempt) {
      return;
    }
    Future<?> unusedConnected =
        loops
            .client()
            .handler(begun)
            .connect(target)
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    lost(begun, done.cause());
                  }
                });
  }

  /** Both sides have proved what they are. */
  void welcomed(CallerHandshake by, Channel connected) {
    if (by != attempt) {
      Io.close(connected);
      return;
    }
    state = State.UP;
    channel = connected;
    failures = 0;
    heardNanos = setup.ticker().nanos();
    if (unreachable) {
      unreachable = false;
      LOG.atInfo().addKeyValue("peer", peer).log("reached again");
    }
    refusable.clear();
    for (Runnable call = waiting.poll(); call != null; call = waiting.poll()) {
      call.run();
    }
    flush();
    List.copyOf(watchers).forEach(Watcher::up);
  }

  /** A frame has come in, which the caller releases. */
  void received(ByteBuf frame) throws IOException {
    heardNanos = setup.ticker().nanos();
    FrameKind kind = FrameKind.of(frame.readByte());
    Pending<?> asked = pending.remove(frame.readLong());
    if (kind == FrameKind.ANSWER && asked != null) {
      asked.came(frame);
    } else if (kind == FrameKind.FAILURE && asked != null) {
      byte[] text = new byte[frame.readableBytes()];
      frame.readBytes(text);
      asked.answer().failed(new IOException(peer + " did not answer: " + Failures.read(text)));
    } else {
      throw new IOException(kind + " of " + peer + " answers nothing that was asked");
    }
  }

  void writabilityChanged() {
    List.copyOf(watchers).forEach(Watcher::writable);
  }

  /** The connection of this attempt is gone, or was never made. */
  void lost(@Nullable CallerHandshake by, @Nullable Throwable why) {
    if (by == null || by != attempt) {
      return;
    }
    attempt = null;
    boolean wasUp = state == State.UP;
    state = State.DOWN;
    channel = null;
    failures++;
    if (!wasUp && !unreachable && failures > QUICK_ATTEMPTS) {
      unreachable = true;
      LOG.atWarn().addKeyValue("peer", peer).setCause(why).log("not reached");
    }
    failAll(new IOException("no connection to " + peer, why));
    if (wasUp) {
      List.copyOf(watchers).forEach(Watcher::down);
    }
    if (!watchers.isEmpty()) {
      connect();
    }
  }

  private void failAll(IOException why) {
    waiting.clear();
    List<Pending<?>> failed = new ArrayList<>(refusable);
    failed.addAll(pending.values());
    refusable.clear();
    pending.clear();
    failed.forEach(call -> call.answer().failed(why));
  }

  /** Ends the link; what was asked fails. Any thread. */
  void close() {
    onLoop(this::closeOnLoop);
  }

  private void closeOnLoop() {
    state = State.CLOSED;
    attempt = null;
    Channel open = channel;
    channel = null;
    if (open != null) {
      Io.close(open);
    }
    failAll(new IOException("this node is stopping"));
  }
}
