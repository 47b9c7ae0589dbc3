// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import dev.stele.proto.peer.v1.WatchersRequest;
import dev.stele.proto.peer.v1.WatchersResponse;
import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.wire.cluster.NodeQuestion.Heard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What one other node says of its named watchers, for one gathering. Thread-safe. */
final class NodeWatchers {
  private final AppliedService service;
  private final NodeAddress node;
  private final Runnable onHeard;
  private final WatchersRequest afresh;
  private Optional<WatchersResponse> answer = Optional.empty();

  /** Of the last question; what an earlier one brings is too late. */
  private long number;

  private boolean underWay;
  private boolean askedLater;
  private boolean stopped;

  /**
   * @param onHeard runs after an answer came, or is known not to come
   */
  NodeWatchers(
      AppliedService service, NodeAddress node, AwaitAppliedRequest request, Runnable onHeard) {
    this.service = service;
    this.node = node;
    this.onHeard = onHeard;
    WatchersRequest.Builder question =
        WatchersRequest.newBuilder().setGroupId(service.context.peerAnswers().groupId());
    if (request.hasSelector()) {
      question.setSelector(request.getSelector());
    }
    this.afresh = question.build();
  }

  NodeAddress node() {
    return node;
  }

  /** What it said last; empty when it did not answer the last question that has ended. */
  synchronized Optional<WatchersResponse> answer() {
    return answer;
  }

  /** Whether a question has not ended yet. */
  synchronized boolean underWay() {
    return underWay;
  }

  /** Asks for what is known there now; an earlier question counts no more. */
  void askAfresh() {
    ask(afresh);
  }

  /** Asks for news, or, where nothing was heard, again after a while. */
  void follow() {
    WatchersRequest news;
    synchronized (this) {
      if (underWay || askedLater || stopped) {
        return;
      }
      if (answer.isEmpty()) {
        askLater();
        return;
      }
      news =
          afresh.toBuilder()
              .setSeenVersion(answer.get().getVersion())
              .setSeenStart(answer.get().getStart())
              .build();
    }
    ask(news);
  }

  private void askLater() {
    try {
      ScheduledFuture<?> unused =
          service.timer.schedule(this::askNow, Gathering.ASK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
      askedLater = true;
    } catch (RejectedExecutionException e) {
      // This node is stopping, and ends the call that waits for the answer.
      stopped = true;
    }
  }

  private void askNow() {
    synchronized (this) {
      askedLater = false;
      if (underWay) {
        return;
      }
    }
    askAfresh();
  }

  private void ask(WatchersRequest request) {
    long mine;
    synchronized (this) {
      if (stopped) {
        return;
      }
      number++;
      mine = number;
      underWay = true;
    }
    CompletableFuture<Void> unused =
        service
            .question
            .<WatchersResponse>ask(node, (stub, observer) -> stub.watchers(request, observer))
            .thenAccept(heard -> heard(mine, heard));
  }

  private void heard(long question, Heard<WatchersResponse> heard) {
    synchronized (this) {
      if (question != number || stopped) {
        return;
      }
      underWay = false;
      answer = heard.response();
    }
    onHeard.run();
  }

  /** Asks no more. */
  synchronized void stop() {
    stopped = true;
  }
}
