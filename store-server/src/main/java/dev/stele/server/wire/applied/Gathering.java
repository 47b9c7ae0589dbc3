// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import dev.stele.proto.peer.v1.WatchersResponse;
import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import dev.stele.server.watch.applied.AppliedDecision;
import dev.stele.server.watch.applied.AppliedQuestion;
import dev.stele.server.watch.applied.AppliedVerdict;
import dev.stele.server.watch.applied.AppliedVerdict.Outcome;
import dev.stele.server.watch.applied.Standing;
import dev.stele.server.watch.applied.WatcherRegistry;
import dev.stele.server.watch.applied.WatcherRegistry.Subscription;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.parse.AppliedParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what all nodes say of their named watchers until the question is answered.
 *
 * <p>It goes in rounds. A round asks every other node afresh and takes its answers together with
 * what this node knows. If that settles nothing, each node is left with a question that it answers
 * once it has news, and one that was not heard is asked again. As soon as the news look as if they
 * settled it there is another round: a verdict rests on answers of all nodes that were asked for
 * after the last thing that it needed had happened, so that no yes is given while a node can't be
 * asked.
 *
 * <p>Events come on any thread, one at a time looks at everything.
 */
final class Gathering {
  /** How long a node that was not heard is left alone. */
  static final Duration ASK_AGAIN = Duration.ofMillis(100);

  private final AppliedService service;
  private final Call call;
  private final AppliedQuestion question;
  private final AppliedParser.Asked asked;
  private final List<NodeWatchers> others = new ArrayList<>();
  private final CompletableFuture<Answer<AwaitAppliedResponse>> outcome = new CompletableFuture<>();

  private boolean round;
  private boolean looking;
  private boolean lookAgain;
  private boolean timeOver;
  private @Nullable Subscription own;

  Gathering(
      AppliedService service, Call call, AwaitAppliedRequest request, AppliedParser.Asked asked) {
    this.service = service;
    this.call = call;
    this.asked = asked;
    this.question = asked.question();
    for (NodeAddress node : service.context.nodes()) {
      if (!node.id().equals(service.context.selfId())) {
        others.add(new NodeWatchers(service, node, request, this::heard));
      }
    }
  }

  /** Completes at the call's deadline at the latest, never exceptionally but for a defect. */
  CompletableFuture<Answer<AwaitAppliedResponse>> run() {
    try {
      ScheduledFuture<?> end =
          service.timer.schedule(
              this::timeIsOver, Math.max(0, call.remainingNanos()), TimeUnit.NANOSECONDS);
      CompletableFuture<Answer<AwaitAppliedResponse>> unused =
          outcome.whenComplete((answer, thrown) -> end.cancel(false));
    } catch (RejectedExecutionException e) {
      fail(Failure.of(Reason.NO_QUORUM, "this node is stopping"));
    }
    call.onCancel(() -> fail(Failure.of(Reason.NO_QUORUM, "the caller went away")));
    synchronized (this) {
      beginRound();
    }
    return outcome.whenComplete((answer, thrown) -> stop());
  }

  private void beginRound() {
    round = true;
    others.forEach(NodeWatchers::askAfresh);
    if (others.isEmpty()) {
      lookSoon();
    }
  }

  /** A node answered, or will not. */
  private synchronized void heard() {
    if (!round || others.stream().noneMatch(NodeWatchers::underWay)) {
      lookSoon();
    }
  }

  private synchronized void timeIsOver() {
    timeOver = true;
    lookSoon();
  }

  private synchronized void lookSoon() {
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    try {
      service.readers.execute(this::look);
    } catch (RejectedExecutionException e) {
      fail(Failure.of(Reason.OVERLOADED, "too many reads are waiting"));
    }
  }

  // What is thrown goes to the one place that answers calls.
  private void look() {
    try {
      lookNow();
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
    synchronized (this) {
      looking = false;
      if (lookAgain) {
        lookAgain = false;
        lookSoon();
      }
    }
  }

  private void lookNow() {
    boolean last;
    boolean confirmed;
    List<String> unheard = new ArrayList<>();
    Said said = new Said(new ArrayList<>(), new ArrayList<>());
    synchronized (this) {
      last = timeOver;
      boolean asking = round && others.stream().anyMatch(NodeWatchers::underWay);
      if (outcome.isDone() || (asking && !last)) {
        return;
      }
      confirmed = round && !asking;
      for (NodeWatchers other : others) {
        other.answer().ifPresent(said::add);
        if (other.answer().isEmpty() || (round && other.underWay())) {
          unheard.add(other.node().id());
        }
      }
    }
    // Last, so that it is no older than the others' word.
    WatcherRegistry.Snapshot own = service.registry.snapshot();
    own.watchers().forEach(known -> said.add(known, asked.selector()));
    SortedMap<String, Standing> newest = AppliedDecision.newest(said.standings(), said.others());
    if (question.expected().isEmpty() && newest.size() > AppliedQuestion.EXPECTED_MAX) {
      fail(tooMany());
      return;
    }
    AppliedVerdict verdict = AppliedDecision.decide(question, newest, unheard.isEmpty());
    if (verdict.settled() ? confirmed : last) {
      answer(verdict, unheard);
    } else if (last) {
      // It looks settled, and no time is left to ask everyone whether it is.
      others.forEach(other -> unheard.add(other.node().id()));
      answer(AppliedDecision.decide(question, newest, false), unheard);
    } else {
      goOn(verdict.settled(), own.version());
    }
  }

  private static Failure tooMany() {
    return Failure.of(
        Reason.LIMIT_REACHED,
        "more than %d watchers are known: select some, or name those that count"
            .formatted(AppliedQuestion.EXPECTED_MAX));
  }

  /** What the nodes said: of watchers that may count, and of others. */
  private record Said(List<Standing> standings, List<WatcherName> others) {
    void add(WatchersResponse answer) {
      answer.getWatchersList().forEach(each -> standings.add(WatcherMessages.standing(each)));
      answer.getOthersList().forEach(each -> others.add(WatcherMessages.name(each)));
    }

    void add(WatcherRegistry.Known known, Optional<Selector> selector) {
      if (selector.isEmpty() || selector.get().equals(known.selector())) {
        standings.add(known.standing());
      } else {
        others.add(new WatcherName(known.standing().name(), known.standing().incarnation()));
      }
    }
  }

  private synchronized void goOn(boolean looksSettled, long ownVersion) {
    if (looksSettled && !round) {
      beginRound();
      return;
    }
    round = false;
    others.forEach(NodeWatchers::follow);
    if (own == null) {
      own = service.registry.whenChanged(ownVersion, this::ownNews);
    }
  }

  /** On the thread of whoever reported: it is not held up. */
  private void ownNews() {
    try {
      ScheduledFuture<?> unused =
          service.timer.schedule(
              this::lookAtOwn, WatchersDesk.GATHER.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      fail(Failure.of(Reason.NO_QUORUM, "this node is stopping"));
    }
  }

  private synchronized void lookAtOwn() {
    own = null;
    if (!round) {
      lookSoon();
    }
  }

  private void answer(AppliedVerdict verdict, List<String> unheard) {
    AwaitAppliedResponse.Builder response =
        AwaitAppliedResponse.newBuilder()
            .setHeader(service.headers.header(service.context.store().meta()))
            .setOutcome(message(verdict.outcome()))
            .addAllUnheardNodes(unheard);
    WatcherMessages messages = new WatcherMessages();
    verdict.watchers().forEach(watcher -> response.addWatchers(messages.message(watcher)));
    outcome.complete(new Answer.Given<>(response.build()));
  }

  private static AwaitAppliedResponse.Outcome message(Outcome outcome) {
    return switch (outcome) {
      case LAGGING -> AwaitAppliedResponse.Outcome.LAGGING;
      case APPLIED -> AwaitAppliedResponse.Outcome.APPLIED;
      case INCOMPLETE -> AwaitAppliedResponse.Outcome.INCOMPLETE;
      case REFUSED -> AwaitAppliedResponse.Outcome.REFUSED;
    };
  }

  private void fail(Failure failure) {
    outcome.complete(new Answer.Failed<>(failure));
  }

  private synchronized void stop() {
    others.forEach(NodeWatchers::stop);
    if (own != null) {
      own.close();
      own = null;
    }
  }
}
