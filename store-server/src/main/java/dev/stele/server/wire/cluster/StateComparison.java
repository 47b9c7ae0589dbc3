// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.cluster;

import dev.stele.proto.peer.v1.StateHashRequest;
import dev.stele.proto.peer.v1.StateHashResponse;
import dev.stele.proto.v1.HashResponse;
import dev.stele.proto.v1.NodeHash;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.PeerAnswers;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.cluster.NodeQuestion.Heard;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Compares the states of all nodes at the index that this one has applied: the others are asked for
 * their hash there, and wait until they have it.
 */
final class StateComparison {
  private final WireContext context;
  private final NodeQuestion question;

  StateComparison(WireContext context, NodeQuestion question) {
    this.context = context;
    this.question = question;
  }

  /** Never completes exceptionally; the response still lacks its header. */
  CompletableFuture<HashResponse.Builder> compare(long deadlineNanos) {
    long index = Math.max(0, context.store().applied().index());
    StateHashRequest request =
        StateHashRequest.newBuilder()
            .setGroupId(context.peerAnswers().groupId())
            .setIndex(index)
            .build();
    List<CompletableFuture<NodeHash>> asked = new ArrayList<>();
    for (NodeAddress node : context.nodes()) {
      asked.add(
          node.id().equals(context.selfId())
              ? own(index, deadlineNanos)
              : question
                  .<StateHashResponse>ask(
                      node, (stub, observer) -> stub.stateHash(request, observer))
                  .thenApply(heard -> hash(node, index, heard)));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(all -> response(index, asked));
  }

  private CompletableFuture<NodeHash> own(long index, long deadlineNanos) {
    return context
        .peerAnswers()
        .stateHash(index, deadlineNanos)
        .thenApply(
            answer -> {
              NodeHash.Builder hash = NodeHash.newBuilder().setId(context.selfId());
              if (answer instanceof PeerAnswers.StateHash known) {
                return hash.setAppliedIndex(index)
                    .setRevision(known.revision())
                    .setHash(known.hash())
                    .build();
              }
              return hash.setDetail(((PeerAnswers.HashUnknown) answer).why()).build();
            });
  }

  private static NodeHash hash(NodeAddress node, long index, Heard<StateHashResponse> heard) {
    NodeHash.Builder hash = NodeHash.newBuilder().setId(node.id());
    if (heard.response().isEmpty()) {
      return hash.setDetail(heard.silence()).build();
    }
    StateHashResponse answer = heard.response().get();
    if (!answer.hasHash()) {
      return hash.setDetail(answer.getDetail()).build();
    }
    return hash.setAppliedIndex(index)
        .setRevision(answer.getRevision())
        .setHash(answer.getHash())
        .build();
  }

  private static HashResponse.Builder response(
      long index, List<CompletableFuture<NodeHash>> asked) {
    List<NodeHash> hashes = asked.stream().map(CompletableFuture::join).toList();
    boolean equal =
        hashes.stream().allMatch(NodeHash::hasHash)
            && hashes.stream().mapToLong(NodeHash::getHash).distinct().count() == 1;
    return HashResponse.newBuilder().setAppliedIndex(index).setEqual(equal).addAllNodes(hashes);
  }
}
