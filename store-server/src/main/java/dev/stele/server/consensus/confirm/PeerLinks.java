// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.proto.peer.v1.ConfirmTermRequest;
import dev.stele.proto.peer.v1.ConfirmTermResponse;
import dev.stele.proto.peer.v1.ConfirmedIndexRequest;
import dev.stele.proto.peer.v1.ConfirmedIndexResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.PeerAnswers.NotConfirmed;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Ticker;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One channel to each other node's API listener, for the questions of confirm rounds and of
 * followers' reads. Any thread; nothing blocks but {@link #close}.
 */
public final class PeerLinks implements TermQuestions, LeaderQuestions, AutoCloseable {
  private final PeerIdentity identity;
  private final String groupId;
  private final Ticker ticker;
  private volatile Map<String, PeerLink> links = Map.of();
  private boolean closed;

  public PeerLinks(PeerIdentity identity, String groupId, Ticker ticker) {
    this.identity = identity;
    this.groupId = groupId;
    this.ticker = ticker;
  }

  /**
   * The nodes that can be asked from now on; this node's own address is passed over. Links to nodes
   * whose addresses did not change stay as they are, the others are closed.
   */
  public synchronized void connect(Collection<NodeAddress> nodes) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Map<String, PeerLink> next = new HashMap<>();
    for (NodeAddress node : nodes) {
      if (!node.id().equals(identity.memberId())) {
        PeerLink standing = links.get(node.id());
        boolean same = standing != null && standing.target().equals(node.api());
        next.put(node.id(), same ? standing : new PeerLink(node.api(), identity, ticker));
      }
    }
    Map<String, PeerLink> before = links;
    links = Map.copyOf(next);
    before.values().stream().filter(link -> !next.containsValue(link)).forEach(PeerLink::close);
  }

  @Override
  public CompletableFuture<TermAnswer> ask(String member, long term, long deadlineNanos) {
    PeerLink link = links.get(member);
    if (link == null) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("no address is known of " + member));
    }
    ConfirmTermRequest request =
        ConfirmTermRequest.newBuilder()
            .setGroupId(groupId)
            .setFrom(identity.memberId())
            .setTo(member)
            .setTerm(term)
            .build();
    return link.<ConfirmTermResponse>call(
            deadlineNanos, (peer, observer) -> peer.confirmTerm(request, observer))
        .thenApply(
            answer -> new TermAnswer(answer.getGroupId(), answer.getMember(), answer.getTerm()));
  }

  @Override
  public CompletableFuture<IndexAnswer> confirmedIndex(String leader, long deadlineNanos) {
    PeerLink link = links.get(leader);
    if (link == null) {
      return CompletableFuture.completedFuture(
          new NotConfirmed(Reason.NO_QUORUM, "no address is known of the leader " + leader));
    }
    ConfirmedIndexRequest request =
        ConfirmedIndexRequest.newBuilder().setGroupId(groupId).setFrom(identity.memberId()).build();
    return link.<ConfirmedIndexResponse>call(
            deadlineNanos, (peer, observer) -> peer.confirmedIndex(request, observer))
        .handle((answer, failure) -> indexAnswer(leader, answer, failure));
  }

  private static IndexAnswer indexAnswer(
      String leader, ConfirmedIndexResponse answer, Throwable failure) {
    if (failure != null) {
      return new NotConfirmed(
          Reason.NO_QUORUM, "the leader " + leader + " did not confirm: " + failure.getMessage());
    }
    if (!answer.getMember().equals(leader)) {
      return new NotConfirmed(
          Reason.NO_QUORUM, "asked " + leader + ", but " + answer.getMember() + " answered");
    }
    return new ConfirmedIndex(answer.getTerm(), answer.getIndex());
  }

  /** Cuts all links; questions on their way fail. Calls after the first do nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    links.values().forEach(PeerLink::close);
    links = Map.of();
  }
}
