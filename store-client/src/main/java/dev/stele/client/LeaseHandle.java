// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * A lease that this process holds, renewed every third of its TTL as long as the client is open.
 * Thread-safe; nothing blocks.
 *
 * <p><b>Time.</b> It counts on this machine's monotonic clock from before the last acknowledged
 * renewal was <em>sent</em>, less a margin of 1,000 ppm of the TTL and 100 ms. So it is LOST here
 * before the store gives the lease to anybody else, and once LOST it stays so.
 *
 * <p><b>What a lease cannot do.</b> A process can be paused between its look at the lease and what
 * it does then, and the clock stands still while the machine is suspended. So what must not happen
 * twice goes under a guard ({@link Facts#guardedBy(LeaseHandle)}), or bears the token to whoever
 * can refuse an older one. Effects without one are safe only while this process runs unpaused and
 * its clock drifts less than the margin.
 */
public interface LeaseHandle extends AutoCloseable {
  /** Name and token, for guards and bindings. */
  LeaseRef ref();

  /** Without the kind; the store's choice for an anonymous lease. */
  default String name() {
    return ref().name();
  }

  /** The fencing token: grows with each holder. */
  default long token() {
    return ref().token();
  }

  /** How long the lease lives without a renewal, by the last acknowledgement. */
  Duration ttl();

  /** How it stands at this moment, by the clock and not by a timer. */
  LeaseStatus status();

  /** The state of {@link #status}. */
  default LeaseState state() {
    return status().state();
  }

  /** How long it is safely held from now on without a further renewal; zero when it is lost. */
  Duration remaining();

  /** Adds a listener, which is told the present state first. */
  void addListener(LeaseListener listener);

  /** Completes with the last status once the lease is lost, on a thread of the client's own. */
  CompletableFuture<LeaseStatus> lost();

  /**
   * Runs {@code task} on a thread of its own, and interrupts it when the lease is lost. At most
   * 1,000 tasks of a client run at a time: more fail with {@link
   * dev.stele.client.error.LimitExceededException}.
   *
   * @return what it returns or throws; cancelled when the lease is lost before it has ended, then
   *     the task may still be running if it does not heed the interrupt. Cancelling it interrupts
   *     the task
   */
  <T> CompletableFuture<T> run(Callable<T> task);

  /**
   * Gives the lease up. The handle is LOST at once, so stop acting first; what is bound to the
   * lease follows its kind's policy when the store has done it. When the request fails, the store
   * takes the lease away at the end of its TTL. Later calls get the same answer.
   */
  CompletableFuture<LeaseChange> release();

  /**
   * Gives the lease to another holder under a new token; what is bound to it stays bound. The
   * handle is LOST at once, so stop acting first. The other one takes it up with {@link
   * Leases#adopt}; so does this one again with {@link #ref} when the request failed and nothing
   * happened.
   *
   * @param to the next holder, 1 to 256 bytes
   */
  CompletableFuture<LeaseChange> handOver(String to);

  /** As {@link #release}, without waiting for what becomes of it: the TTL ends it otherwise. */
  @Override
  void close();
}
