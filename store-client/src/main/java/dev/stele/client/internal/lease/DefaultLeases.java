// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseGrant;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseInfo;
import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeasePage;
import dev.stele.client.LeaseRef;
import dev.stele.client.Leases;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.internal.time.Timekeeper;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** All leases of a client. Thread-safe. */
public final class DefaultLeases implements Leases, AutoCloseable {
  private final Caller caller;
  private final Timekeeper timekeeper;
  private final Timekeeper requestTimekeeper;
  private final LeaseCalls calls;
  private final Keeper keeper;
  private final LeaseThreads threads;
  private final HolderName self = new HolderName();
  private final Set<GrantCall> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Leases.
   *
   * @param endpoints for the stream of renewals, made once there is something to renew
   * @param timekeeper of which this is the only user, so that nobody's callback holds it up
   * @param requestTimekeeper the same clock, with timers that may lead to callbacks
   */
  public DefaultLeases(
      Caller caller,
      Supplier<Endpoints> endpoints,
      Timekeeper timekeeper,
      Timekeeper requestTimekeeper) {
    this.caller = caller;
    this.timekeeper = timekeeper;
    this.requestTimekeeper = requestTimekeeper;
    this.calls = new LeaseCalls(caller);
    this.keeper = new Keeper(endpoints, caller.history(), timekeeper, MAX_HELD);
    this.threads = new LeaseThreads();
  }

  @Override
  public CompletableFuture<LeaseHandle> acquire(String name, LeaseOptions options) {
    if (!keeper.hasRoom()) {
      return noRoom();
    }
    GrantCall call = call(name, options);
    Taking taking = new Taking(this, calls, timekeeper).from(call);
    call.next();
    return taking;
  }

  /**
   * Keeps the lease that another request than an acquisition begins, and counts its time in the
   * same way.
   *
   * @param request made once; notes each sending
   */
  public CompletableFuture<LeaseHandle> keep(Function<Sent, CompletableFuture<Grant>> request) {
    if (!keeper.hasRoom()) {
      return noRoom();
    }
    return new Taking(this, calls, timekeeper).from(request.apply(new Sent(timekeeper)));
  }

  /**
   * Ends a holding by another request than a release. The handle is LOST at once; of all calls that
   * end it the first decides, and all get its answer.
   *
   * @param lease of {@link #keep}
   */
  public static CompletableFuture<LeaseChange> end(
      LeaseHandle lease, Supplier<CompletableFuture<LeaseChange>> request) {
    return ((Held) lease).end(LeaseLoss.RELEASED, request);
  }

  @Override
  public CompletableFuture<LeaseHandle> acquireAnonymous(LeaseOptions options) {
    return acquire("", options);
  }

  @Override
  public CompletableFuture<LeaseHandle> adopt(LeaseRef lease) {
    if (!keeper.hasRoom()) {
      return noRoom();
    }
    return new Taking(this, calls, timekeeper).from(lease);
  }

  private static CompletableFuture<LeaseHandle> noRoom() {
    String message = "this client keeps " + MAX_HELD + " leases already";
    return CompletableFuture.failedFuture(
        new LimitExceededException(Reason.LIMIT_REACHED, message, null, null));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the call reports, this only forgets it
  private GrantCall call(String name, LeaseOptions options) {
    GrantCall call =
        new GrantCall(
            calls,
            requestTimekeeper,
            () -> closed,
            name,
            options.holder().orElseGet(self::text),
            options,
            caller.timeoutNanos());
    waiting.add(call);
    call.whenComplete((grant, failure) -> waiting.remove(call));
    return call;
  }

  Held hold(LeaseRef lease, long ttlMillis, long sinceNanos) {
    Tenure tenure = new Tenure(timekeeper, ttlMillis, sinceNanos);
    return keeper.hold(number -> new Held(number, lease, tenure, keeper, calls, threads));
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // whoever cancels what is given cancels the call
  public CompletableFuture<LeaseGrant> grant(String name, LeaseOptions options) {
    GrantCall call = call(name, options);
    call.next();
    CompletableFuture<LeaseGrant> granted =
        call.thenApply(
            grant ->
                new LeaseGrant(
                    grant.lease(), Duration.ofMillis(grant.ttlMillis()), grant.duplicate()));
    granted.whenComplete((grant, failure) -> call.cancel(true));
    return granted;
  }

  @Override
  public CompletableFuture<Duration> renew(LeaseRef lease) {
    return calls.renew(lease, new Sent(timekeeper)).thenApply(Duration::ofMillis);
  }

  @Override
  public CompletableFuture<LeaseChange> release(LeaseRef lease) {
    return calls.release(lease);
  }

  @Override
  public CompletableFuture<LeaseChange> handOver(LeaseRef lease, String to) {
    return calls.handOver(lease, to);
  }

  @Override
  public CompletableFuture<Optional<LeaseInfo>> get(String name) {
    return calls.get(name);
  }

  @Override
  public CompletableFuture<LeasePage> list(String prefix, int limit, String after) {
    return calls.list(prefix, limit, after);
  }

  /** Loses all leases and ends the stream. */
  @Override
  public void close() {
    closed = true;
    keeper.close();
    timekeeper.close();
  }

  /** Behind the end of all requests: those that were between two slices. */
  public void closeWaiting() {
    waiting.forEach(GrantCall::next);
  }
}
