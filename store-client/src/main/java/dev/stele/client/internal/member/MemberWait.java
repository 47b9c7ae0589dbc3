// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.member;

import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.LeaseOptions;
import dev.stele.client.MemberInfo;
import dev.stele.client.Watch;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.internal.mirror.Mirror;
import dev.stele.client.internal.mirror.Viewer;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.client.internal.watch.Watches;
import dev.stele.client.kind.Kinds;
import dev.stele.client.kind.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Follows members until they are as somebody wants them.
 *
 * @param <R> what is told then
 */
final class MemberWait<R> extends CompletableFuture<R> implements Viewer<Member> {
  private final Predicate<MemberInfo> matching;
  private final Function<List<MemberInfo>, Optional<R>> enough;
  private volatile String trouble = "";

  /**
   * A wait to be.
   *
   * @param matching of those that begin so
   * @param enough what to tell once those that match are as they are to be
   */
  MemberWait(Predicate<MemberInfo> matching, Function<List<MemberInfo>, Optional<R>> enough) {
    this.matching = matching;
    this.enough = enough;
  }

  /**
   * Begins to wait.
   *
   * @throws IllegalArgumentException when the timeout is negative or longer than {@link
   *     LeaseOptions#MAX_DURATION}
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the end of the wait ends the watch
  MemberWait<R> start(String prefix, Duration timeout, Watches watches, Timekeeper timekeeper) {
    if (timeout.isNegative() || timeout.compareTo(LeaseOptions.MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "timeout is " + timeout + ", zero to " + LeaseOptions.MAX_DURATION + " is allowed");
    }
    Watch watch = Mirror.follow(watches, Kinds.MEMBER, prefix, this);
    whenComplete((members, failure) -> watch.close());
    timekeeper.schedule(timeout.toNanos(), () -> timeIsUp(timeout));
    return this;
  }

  private void timeIsUp(Duration timeout) {
    String why = trouble.isEmpty() ? "" : "; the last trouble was: " + trouble;
    completeExceptionally(
        new TimeoutException("the members were not as awaited within " + timeout + why));
  }

  @Override
  public void onFacts(SortedMap<FactKey<Member>, Fact<Member>> facts, long revision) {
    trouble = "";
    if (isDone()) {
      return;
    }
    try {
      List<MemberInfo> members =
          facts.values().stream().map(MemberWait::info).filter(matching).toList();
      enough.apply(members).ifPresent(this::complete);
    } catch (RuntimeException e) {
      // Of the caller's predicate: it is the caller's to know, and no fault of the watch.
      completeExceptionally(e);
    }
  }

  private static MemberInfo info(Fact<Member> fact) {
    return new MemberInfo(fact.key().name(), fact.body(), fact.modRevision(), fact.lease());
  }

  @Override
  public void onTrouble(Throwable cause) {
    trouble = String.valueOf(cause.getMessage());
  }

  @Override
  public void onEnd(Optional<Throwable> cause) {
    completeExceptionally(
        cause.orElseGet(
            () -> new UnavailableException(Reason.NO_QUORUM, "the client is closed", null, null)));
  }
}
