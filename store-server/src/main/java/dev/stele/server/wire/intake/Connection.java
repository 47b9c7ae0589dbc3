// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.intake;

import dev.stele.server.port.Origin;
import dev.stele.server.wire.call.Caller;
import dev.stele.server.wire.call.Quota;
import io.grpc.Attributes;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection to the listener. Thread-safe. */
public final class Connection {
  /** Of every call's transport. */
  static final Attributes.Key<Connection> KEY = Attributes.Key.create("stele-connection");

  private final Caller client;
  private final Quota.Share share = new Quota.Share();
  private final @Nullable Channel channel;
  private volatile boolean onProbation;

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
    if (onProbation) {
      onProbation = false;
    }
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
