// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.error.Statuses;
import dev.stele.server.wire.forward.Forwarded;
import dev.stele.server.wire.forward.Forwarder;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One question on its way to whoever leads. It may be asked any number of times, so that it is
 * asked again whatever became of it, until somebody answers or the time is over.
 *
 * @param <R> the response
 */
public final class AtLeader<R extends Message> implements Runnable {
  /** How often it looks whether there is a leader now. */
  static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final Means means;
  private final Call call;
  private final MethodDescriptor<?, R> method;
  private final Supplier<CompletableFuture<Answer<R>>> here;
  private final boolean changes;
  private final CompletableFuture<Answer<R>> outcome = new CompletableFuture<>();

  /** Whether a try that nobody answered may have changed something. */
  private volatile boolean inDoubt;

  /** What all questions need. */
  public record Means(
      WireContext context, Headers headers, Forwarder forwarder, ScheduledExecutorService timer) {}

  private AtLeader(
      Means means,
      Call call,
      MethodDescriptor<?, R> method,
      Supplier<CompletableFuture<Answer<R>>> here,
      boolean changes) {
    this.means = means;
    this.call = call;
    this.method = method;
    this.here = here;
    this.changes = changes;
  }

  /**
   * Asks.
   *
   * @param method that is called at another node
   * @param here answers at this one, while it leads. NOT_LEADER from it is no answer: whoever leads
   *     then is asked
   */
  public static <R extends Message> CompletableFuture<Answer<R>> ask(
      Means means,
      Call call,
      MethodDescriptor<?, R> method,
      Supplier<CompletableFuture<Answer<R>>> here) {
    return ask(new AtLeader<>(means, call, method, here, false));
  }

  /** The same for what may be done again, but is not to be said undone when nobody knows. */
  public static <R extends Message> CompletableFuture<Answer<R>> askToChange(
      Means means,
      Call call,
      MethodDescriptor<?, R> method,
      Supplier<CompletableFuture<Answer<R>>> here) {
    return ask(new AtLeader<>(means, call, method, here, true));
  }

  private static <R extends Message> CompletableFuture<Answer<R>> ask(AtLeader<R> question) {
    question.run();
    return question.outcome;
  }

  /** The next step. */
  @Override
  public void run() {
    attempt(this::step);
  }

  /** Whatever goes wrong, the caller is answered. */
  private void attempt(Runnable action) {
    try {
      action.run();
    } catch (RefusedException e) {
      fail(e.failure());
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  private void step() {
    Leadership.Standing standing = means.context().leadership().standing();
    if (standing.role() == Leadership.Role.LEADER) {
      then(here.get(), this::answeredHere);
    } else if (call.caller().forwarded()) {
      fail(
          means
              .headers()
              .withLeader(
                  Failure.of(
                      Reason.NOT_LEADER, "this node does not lead, and a call is passed on once")));
    } else {
      Optional<NodeAddress> leader =
          standing
              .leader()
              .filter(id -> !id.equals(means.context().selfId()))
              .flatMap(means.context()::node);
      if (leader.isPresent()) {
        forward(leader.get());
      } else {
        lookAgain("no leader is known");
      }
    }
  }

  private void answeredHere(Answer<R> answer) {
    boolean elsewhere =
        answer instanceof Answer.Failed<R> failed && failed.failure().reason() == Reason.NOT_LEADER;
    if (elsewhere && !call.caller().forwarded()) {
      lookAgain("this node stopped leading");
    } else {
      outcome.complete(answer);
    }
  }

  private void forward(NodeAddress leader) {
    if (call.remainingNanos() <= 0) {
      fail(noQuorum("the deadline passed before the leader could be asked"));
      return;
    }
    then(
        means.forwarder().forward(call, method, leader),
        forwarded -> {
          if (forwarded instanceof Forwarded.NotSent<R> not) {
            means.forwarder().reconnect(leader);
            lookAgain(not.message());
          } else if (forwarded instanceof Forwarded.Answered<R> answered) {
            answeredThere(answered.answer());
          }
        });
  }

  private void answeredThere(Answer<R> answer) {
    if (answer instanceof Answer.Failed<R> failed) {
      inDoubt = changes;
      lookAgain(failed.failure().message());
    } else if (answer instanceof Answer.PassedFailure<R> passed
        && Reason.NOT_LEADER.name().equals(passed.trailers().get(Statuses.REASON))) {
      lookAgain("the node that was taken for the leader does not lead");
    } else {
      outcome.complete(answer);
    }
  }

  private <T> void then(CompletableFuture<T> step, Consumer<T> next) {
    CompletableFuture<T> unused =
        step.whenComplete(
            (result, thrown) -> {
              if (thrown != null) {
                outcome.completeExceptionally(thrown);
              } else {
                attempt(() -> next.accept(result));
              }
            });
  }

  private void lookAgain(String why) {
    long pause = LOOK_EVERY.toNanos();
    if (call.cancelled() || call.remainingNanos() <= pause) {
      fail(noQuorum(why));
      return;
    }
    try {
      ScheduledFuture<?> unused = means.timer().schedule(this, pause, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      fail(noQuorum("this node is stopping"));
    }
  }

  private Failure noQuorum(String why) {
    return inDoubt
        ? Failure.of(Reason.OUTCOME_UNKNOWN, why)
        : means.headers().withLeader(Failure.of(Reason.NO_QUORUM, why));
  }

  private void fail(Failure failure) {
    outcome.complete(new Answer.Failed<>(failure));
  }
}
