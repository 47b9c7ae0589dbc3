// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.cluster;

import dev.stele.proto.peer.v1.NodeResponse;
import dev.stele.proto.v1.NodeStatus;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.StateStore;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.error.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** What this node says of itself. Read on a reader's thread: the store's size may need its disk. */
public final class OwnStatus {
  private final WireContext context;
  private final Executor readers;

  public OwnStatus(WireContext context, Executor readers) {
    this.context = context;
    this.readers = readers;
  }

  /** This node's status, with no lag yet: that is for whoever knows the leader's commit index. */
  public CompletableFuture<Answer<NodeResponse>> read() {
    CompletableFuture<Answer<NodeResponse>> answer = new CompletableFuture<>();
    try {
      readers.execute(() -> complete(answer));
    } catch (RejectedExecutionException e) {
      answer.complete(
          new Answer.Failed<>(Failure.of(Reason.OVERLOADED, "too many reads are waiting")));
    }
    return answer;
  }

  // What is thrown goes to the one place that answers calls.
  private void complete(CompletableFuture<Answer<NodeResponse>> answer) {
    try {
      answer.complete(new Answer.Given<>(now()));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  private NodeResponse now() {
    Leadership.Standing standing = context.leadership().standing();
    long applied;
    long revision;
    long hash;
    // One snapshot, so that the hash is the one of the index beside it.
    try (StateStore.Snapshot snapshot = context.store().snapshot()) {
      applied = snapshot.applied().index();
      revision = snapshot.meta().revision();
      hash = snapshot.meta().stateHash();
    }
    NodeStatus.Builder status =
        NodeStatus.newBuilder()
            .setId(context.selfId())
            .setRole(role(standing.role()))
            .setHealthy(standing.role() != Leadership.Role.NONE)
            .setApplied(Math.max(0, applied))
            .setDurable(Math.max(0, context.store().durable().index()))
            .setRevision(revision)
            .setStoreBytes(context.store().sizeBytes())
            .setVersion(context.version())
            .setHash(hash)
            .setMaxFeatureLevel(Limits.FEATURE_LEVEL_MAX)
            .setTerm(standing.term());
    if (standing.role() == Leadership.Role.NONE) {
      status.setDetail("starting or stopping");
    }
    context
        .node(context.selfId())
        .ifPresent(self -> status.setClient(self.api()).setPeer(self.raft()));
    return NodeResponse.newBuilder()
        .setStatus(status)
        .setCommitIndex(Math.max(0, standing.commitIndex()))
        .build();
  }

  private static NodeStatus.Role role(Leadership.Role role) {
    return switch (role) {
      case LEADER -> NodeStatus.Role.LEADER;
      case FOLLOWER -> NodeStatus.Role.FOLLOWER;
      case CANDIDATE -> NodeStatus.Role.CANDIDATE;
      case LEARNER -> NodeStatus.Role.LEARNER;
      case NONE -> NodeStatus.Role.UNKNOWN;
    };
  }
}
