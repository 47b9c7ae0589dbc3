// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Ticker;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** One channel to each other node's API listener. Any thread. */
public final class PeerLinks implements TermQuestions, LeaderQuestions, AutoCloseable {
  public PeerLinks(PeerIdentity identity, String groupId, Ticker ticker) {
    throw new UnsupportedOperationException();
  }

  /** The nodes that can be asked from now on; this node's own address is passed over. */
  public void connect(Collection<NodeAddress> nodes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<TermAnswer> ask(String member, long term, long deadlineNanos) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<IndexAnswer> confirmedIndex(String leader, long deadlineNanos) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
