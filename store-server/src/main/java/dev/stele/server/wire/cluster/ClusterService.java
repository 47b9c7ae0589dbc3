// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.cluster;

import dev.stele.proto.peer.v1.NodeRequest;
import dev.stele.proto.peer.v1.NodeResponse;
import dev.stele.proto.v1.HashRequest;
import dev.stele.proto.v1.HashResponse;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.HelloResponse;
import dev.stele.proto.v1.NodeStatus;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.StatusRequest;
import dev.stele.proto.v1.StatusResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Budget;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.cluster.NodeQuestion.Heard;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.forward.PeerChannels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The operator's view: asks every node, and says who does not answer. Needs no majority. */
public final class ClusterService {
  /** Calls under way at one time: each asks all nodes. */
  static final int STATUS_MAX_CALLS = 64;

  private final WireContext context;
  private final Headers headers;
  private final OwnStatus ownStatus;
  private final NodeQuestion question;
  private final StateComparison comparison;
  private final Budget underWay = new Budget(STATUS_MAX_CALLS, Long.MAX_VALUE);

  public ClusterService(
      WireContext context, Headers headers, OwnStatus ownStatus, PeerChannels channels) {
    this.context = context;
    this.headers = headers;
    this.ownStatus = ownStatus;
    this.question = new NodeQuestion(context, channels);
    this.comparison = new StateComparison(context, question);
  }

  public CompletableFuture<Answer<StatusResponse>> status(Call call, StatusRequest request) {
    headers.checkIfFormed(request.getHeader());
    if (!underWay.tryTake(0)) {
      return Answer.now(
          Failure.of(Reason.OVERLOADED, STATUS_MAX_CALLS + " calls for the status are under way")
              .retryAfter(underWay.refuse(context.ticker().nanos())));
    }
    List<CompletableFuture<Heard<NodeResponse>>> asked = new ArrayList<>();
    for (NodeAddress node : context.nodes()) {
      asked.add(node.id().equals(context.selfId()) ? askSelf() : ask(node));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .<Answer<StatusResponse>>thenApply(all -> new Answer.Given<>(response(asked)))
        .whenComplete((answer, thrown) -> underWay.giveBack(0));
  }

  /** A header and nothing else. */
  public CompletableFuture<Answer<HelloResponse>> hello(Call call, HelloRequest request) {
    headers.checkRead(request.getHeader());
    return Answer.now(
        HelloResponse.newBuilder().setHeader(headers.header(context.store().meta())).build());
  }

  /** Compares the nodes' states. */
  public CompletableFuture<Answer<HashResponse>> hash(Call call, HashRequest request) {
    headers.checkIfFormed(request.getHeader());
    if (!underWay.tryTake(0)) {
      return Answer.now(
          Failure.of(Reason.OVERLOADED, STATUS_MAX_CALLS + " calls to all nodes are under way"));
    }
    return comparison
        .compare(call.deadlineNanos())
        .<Answer<HashResponse>>thenApply(
            response ->
                new Answer.Given<>(
                    response.setHeader(headers.header(context.store().meta())).build()))
        .whenComplete((answer, thrown) -> underWay.giveBack(0));
  }

  private CompletableFuture<Heard<NodeResponse>> ask(NodeAddress node) {
    NodeRequest request =
        NodeRequest.newBuilder().setGroupId(context.peerAnswers().groupId()).build();
    return question.ask(node, (stub, observer) -> stub.node(request, observer));
  }

  private CompletableFuture<Heard<NodeResponse>> askSelf() {
    return ownStatus
        .read()
        .thenApply(
            answer ->
                answer instanceof Answer.Given<NodeResponse> given
                    ? Heard.answer(given.message())
                    : Heard.silence("too busy to look at itself"));
  }

  private StatusResponse response(List<CompletableFuture<Heard<NodeResponse>>> asked) {
    List<Heard<NodeResponse>> heard = asked.stream().map(CompletableFuture::join).toList();
    long committed = committed(heard);
    StoreMeta meta = context.store().meta();
    StatusResponse.Builder response =
        StatusResponse.newBuilder()
            .setHeader(ofLatestTerm(headers.header(meta), heard))
            .setFloor(meta.floor())
            .setFeatureLevel(meta.featureLevel());
    for (int i = 0; i < heard.size(); i++) {
      response.addNodes(status(context.nodes().get(i), heard.get(i), committed));
    }
    return response.build();
  }

  /**
   * A node that was paused or cut off may still follow, or be, the leader of a term that is over: a
   * later one that another node tells is the cluster's, and so is its leader.
   */
  private ResponseHeader ofLatestTerm(ResponseHeader own, List<Heard<NodeResponse>> heard) {
    List<NodeStatus> told =
        heard.stream().flatMap(h -> h.response().stream()).map(NodeResponse::getStatus).toList();
    long latest = told.stream().mapToLong(NodeStatus::getTerm).max().orElse(0);
    if (latest <= own.getTerm()) {
      return own;
    }
    ResponseHeader.Builder header =
        own.toBuilder().setTerm(latest).clearLeader().clearLeaderEndpoint();
    told.stream()
        .filter(node -> node.getRole() == NodeStatus.Role.LEADER && node.getTerm() == latest)
        .findFirst()
        .flatMap(node -> context.node(node.getId()))
        .ifPresent(node -> header.setLeader(node.id()).setLeaderEndpoint(node.api()));
    return header.build();
  }

  /**
   * The leader's commit index. Two nodes may believe to lead for a moment, so the later term
   * counts; without a leader the highest index that any node knows.
   */
  private static long committed(List<Heard<NodeResponse>> heard) {
    List<NodeResponse> answers = heard.stream().flatMap(h -> h.response().stream()).toList();
    return answers.stream()
        .filter(answer -> answer.getStatus().getRole() == NodeStatus.Role.LEADER)
        .max(Comparator.comparingLong(answer -> answer.getStatus().getTerm()))
        .map(NodeResponse::getCommitIndex)
        .orElseGet(() -> answers.stream().mapToLong(NodeResponse::getCommitIndex).max().orElse(0));
  }

  private static NodeStatus status(NodeAddress node, Heard<NodeResponse> heard, long committed) {
    NodeStatus.Builder status =
        heard
            .response()
            .map(NodeResponse::getStatus)
            .orElse(NodeStatus.getDefaultInstance())
            .toBuilder()
            .setId(node.id())
            .setClient(node.api())
            .setPeer(node.raft());
    if (heard.response().isEmpty()) {
      return status.setHealthy(false).setDetail(heard.silence()).build();
    }
    return status.setLagEntries(Math.max(0, committed - status.getApplied())).build();
  }
}
