// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseListener;
import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseRef;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Held for as long as the test wants. */
public final class ScriptedLease implements LeaseHandle {
  /** What is left of it until it is taken away. */
  public volatile Duration remaining = Duration.ofSeconds(30);

  /** At this look at what is left, and from then on, it is lost. */
  public volatile int takenAwayAtLook = Integer.MAX_VALUE;

  /** What becomes of giving it up. */
  public volatile CompletableFuture<LeaseChange> answer;

  /** Whether it was given up. */
  public volatile boolean released;

  private final LeaseRef ref;
  private final CompletableFuture<LeaseStatus> lost = new CompletableFuture<>();
  private int looks;

  /** Held with token 41. */
  public ScriptedLease(String name) {
    ref = new LeaseRef(name, 41);
    answer = CompletableFuture.completedFuture(new LeaseChange(ref, 50, false));
  }

  /** Somebody else has it. */
  public void takeAway() {
    takenAwayAtLook = 0;
    lost.complete(status());
  }

  @Override
  public LeaseRef ref() {
    return ref;
  }

  @Override
  public Duration ttl() {
    return Duration.ofSeconds(30);
  }

  @Override
  public LeaseStatus status() {
    return looks >= takenAwayAtLook
        ? new LeaseStatus(LeaseState.LOST, Optional.of(LeaseLoss.FENCED), "")
        : new LeaseStatus(LeaseState.HELD, Optional.empty(), "");
  }

  @Override
  public Duration remaining() {
    looks++;
    return looks >= takenAwayAtLook ? Duration.ZERO : remaining;
  }

  @Override
  public void addListener(LeaseListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<LeaseStatus> lost() {
    return lost;
  }

  @Override
  public <T> CompletableFuture<T> run(Callable<T> task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<LeaseChange> release() {
    released = true;
    return answer;
  }

  @Override
  public CompletableFuture<LeaseChange> handOver(String to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    released = true;
  }
}
