// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.intake;

import dev.stele.server.port.Origin;
import dev.stele.server.wire.call.Caller;
import dev.stele.server.wire.call.Line;
import dev.stele.server.wire.call.Quota;
import io.grpc.Attributes;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection to the listener. Thread-safe. */
public final class Connection implements Line {
  /** Of every call's transport. */
  static final Attributes.Key<Connection> KEY = Attributes.Key.create("stele-connection");

  private final Caller client;
  private final Quota.Share share = new Quota.Share();
  private final @Nullable Channel channel;
  private final Refusals refusals = new Refusals();
  private volatile boolean onProbation;
  private volatile boolean ofNode;

  /** Of the channel's event loop. */
  private boolean paused;

  private long owedNanos;

  /**
   * @param onProbation whether only a node of the cluster may use it
   */
  Connection(Origin origin, @Nullable Channel channel, boolean onProbation) {
    this.client = new Caller(Optional.empty(), false, origin);
    this.channel = channel;
    this.onProbation = onProbation;
  }

  /** Who calls on it without any proof: a client. */
  public Caller client() {
    return client;
  }

  Quota.Share share() {
    return share;
  }

  boolean onProbation() {
    return onProbation;
  }

  /** A node has shown on it that it is one. */
  void proved() {
    if (!ofNode) {
      ofNode = true;
    }
    if (onProbation) {
      onProbation = false;
    }
  }

  @Override
  public void execute(Runnable task) {
    if (channel == null || channel.eventLoop().isShuttingDown()) {
      task.run();
      return;
    }
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException e) {
      // It stopped in this moment.
      task.run();
    }
  }

  /**
   * A call on it was refused. A client that gets many refusals is not read for a moment: its calls
   * wait at its own side.
   */
  @Override
  public void refused(long nowNanos) {
    if (ofNode || channel == null) {
      return;
    }
    Duration pause = refusals.one(nowNanos);
    if (!pause.isZero() && !channel.eventLoop().isShuttingDown()) {
      channel.eventLoop().execute(() -> pause(channel, pause));
    }
  }

  /** On the channel's event loop. What was read before the pause may make it longer. */
  private void pause(Channel own, Duration time) {
    owedNanos = Math.max(owedNanos, time.toNanos());
    if (!paused) {
      paused = true;
      readOrNot(own);
      stayPaused(own);
    }
  }

  private void stayPaused(Channel own) {
    long nanos = owedNanos;
    ScheduledFuture<?> unused =
        own.eventLoop()
            .schedule(
                () -> {
                  owedNanos -= nanos;
                  if (owedNanos > 0) {
                    stayPaused(own);
                  } else {
                    paused = false;
                    readOrNot(own);
                  }
                },
                nanos,
                TimeUnit.NANOSECONDS);
  }

  /**
   * Reads nothing more while it does not take what is written to it: answers, refusals too, would
   * pile up otherwise. On the channel's event loop.
   */
  void readOrNot(Channel own) {
    own.config().setAutoRead(own.isWritable() && !paused);
  }

  /** Ends it if no node has shown itself on it. */
  void closeIfOnProbation() {
    if (onProbation && channel != null) {
      ChannelFuture unused = channel.close();
    }
  }

  /** The connection that a call with these attributes came on. */
  public static Connection of(Attributes transport) {
    Connection known = transport.get(KEY);
    if (known == null) {
      throw new IllegalStateException("a call on a connection that nobody let in");
    }
    return known;
  }
}
