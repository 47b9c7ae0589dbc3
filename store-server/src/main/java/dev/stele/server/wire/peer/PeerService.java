// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.peer;

import dev.stele.proto.peer.v1.ConfirmTermRequest;
import dev.stele.proto.peer.v1.ConfirmTermResponse;
import dev.stele.proto.peer.v1.ConfirmedIndexRequest;
import dev.stele.proto.peer.v1.ConfirmedIndexResponse;
import dev.stele.proto.peer.v1.NodeRequest;
import dev.stele.proto.peer.v1.NodeResponse;
import dev.stele.proto.peer.v1.StateHashRequest;
import dev.stele.proto.peer.v1.StateHashResponse;
import dev.stele.proto.peer.v1.WatchersRequest;
import dev.stele.proto.peer.v1.WatchersResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.PeerAnswers;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.applied.WatchersDesk;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.cluster.OwnStatus;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import java.util.concurrent.CompletableFuture;

/** What the other nodes ask; strangers were refused before. */
public final class PeerService {
  private final WireContext context;
  private final OwnStatus ownStatus;
  private final WatchersDesk watchers;

  public PeerService(WireContext context, OwnStatus ownStatus, WatchersDesk watchers) {
    this.context = context;
    this.ownStatus = ownStatus;
    this.watchers = watchers;
  }

  /** "Is your term still T?" The answer tells the term; whoever asked compares. */
  public CompletableFuture<Answer<ConfirmTermResponse>> confirmTerm(
      Call call, ConfirmTermRequest request) {
    checkGroup(request.getGroupId());
    // An answer from a node that was not meant would count as another node's voice.
    if (!request.getTo().equals(context.selfId())) {
      throw new RefusedException(
          Reason.INVALID_FIELD, "to", "to is " + request.getTo() + ", this is " + context.selfId());
    }
    return Answer.now(
        ConfirmTermResponse.newBuilder()
            .setGroupId(context.peerAnswers().groupId())
            .setMember(context.selfId())
            .setTerm(context.peerAnswers().currentTerm())
            .build());
  }

  public CompletableFuture<Answer<ConfirmedIndexResponse>> confirmedIndex(
      Call call, ConfirmedIndexRequest request) {
    checkGroup(request.getGroupId());
    return context.peerAnswers().confirmedIndex(call.deadlineNanos()).thenApply(this::answer);
  }

  private Answer<ConfirmedIndexResponse> answer(PeerAnswers.IndexAnswer answer) {
    if (answer instanceof PeerAnswers.NotConfirmed no) {
      return new Answer.Failed<>(Failure.of(no.reason(), no.message()));
    }
    PeerAnswers.ConfirmedIndex confirmed = (PeerAnswers.ConfirmedIndex) answer;
    return new Answer.Given<>(
        ConfirmedIndexResponse.newBuilder()
            .setMember(context.selfId())
            .setTerm(confirmed.term())
            .setIndex(confirmed.index())
            .build());
  }

  public CompletableFuture<Answer<NodeResponse>> node(Call call, NodeRequest request) {
    checkGroup(request.getGroupId());
    return ownStatus.read();
  }

  /** The state's hash at an index; waits until it is applied here. */
  public CompletableFuture<Answer<StateHashResponse>> stateHash(
      Call call, StateHashRequest request) {
    checkGroup(request.getGroupId());
    return context
        .peerAnswers()
        .stateHash(request.getIndex(), call.deadlineNanos())
        .thenApply(answer -> new Answer.Given<>(message(answer)));
  }

  private static StateHashResponse message(PeerAnswers.HashAnswer answer) {
    if (answer instanceof PeerAnswers.HashUnknown unknown) {
      return StateHashResponse.newBuilder().setDetail(unknown.why()).build();
    }
    PeerAnswers.StateHash known = (PeerAnswers.StateHash) answer;
    return StateHashResponse.newBuilder()
        .setHash(known.hash())
        .setRevision(known.revision())
        .build();
  }

  /** This node's named watchers, once there is something new to whoever asks. */
  public CompletableFuture<Answer<WatchersResponse>> watchers(Call call, WatchersRequest request) {
    checkGroup(request.getGroupId());
    return watchers.watchers(call, request);
  }

  private void checkGroup(String groupId) {
    String own = context.peerAnswers().groupId();
    if (!groupId.equals(own)) {
      throw new RefusedException(
          Reason.INVALID_FIELD, "group_id", "group_id is " + groupId + ", this is " + own);
    }
  }
}
