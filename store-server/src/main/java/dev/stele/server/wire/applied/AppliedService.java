// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.server.core.model.Reason;
import dev.stele.server.watch.applied.WatcherRegistry;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Budget;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.cluster.NodeQuestion;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.facts.AtLeader;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.forward.Forwarder;
import dev.stele.server.wire.parse.AppliedParser;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Tells who has applied a revision, once enough have or when the caller's time is over. */
public final class AppliedService {
  /** Calls under way at one time: each may hold a question at every node. */
  static final int AWAIT_MAX_CALLS = 64;

  final WireContext context;
  final Headers headers;
  final WatcherRegistry registry;
  final NodeQuestion question;
  final Executor readers;
  final ScheduledExecutorService timer;
  private final AtLeader.Means means;
  private final Budget underWay = new Budget(AWAIT_MAX_CALLS, Long.MAX_VALUE);

  /**
   * @param readers threads that may look through all watchers
   */
  public AppliedService(
      WireContext context,
      Headers headers,
      NodeQuestion question,
      Forwarder forwarder,
      Executor readers,
      ScheduledExecutorService timer) {
    this.context = context;
    this.headers = headers;
    this.registry = context.named();
    this.question = question;
    this.means = new AtLeader.Means(context, headers, forwarder, timer);
    this.readers = readers;
    this.timer = timer;
  }

  /** Any node; one that does not lead passes it on. */
  public CompletableFuture<Answer<AwaitAppliedResponse>> awaitApplied(
      Call call, AwaitAppliedRequest request) {
    headers.checkRead(request.getHeader());
    AppliedParser.Asked asked = AppliedParser.asked(request);
    if (!underWay.tryTake(0)) {
      return Answer.now(
          Failure.of(
                  Reason.OVERLOADED,
                  AWAIT_MAX_CALLS + " calls wait for watchers, the most that may")
              .retryAfter(underWay.refuse(context.ticker().nanos())));
    }
    return AtLeader.ask(
            means,
            call,
            WatchGrpc.getAwaitAppliedMethod(),
            () -> new AppliedAttempt(this, call, request, asked).run())
        .whenComplete((answer, thrown) -> underWay.giveBack(0));
  }
}
