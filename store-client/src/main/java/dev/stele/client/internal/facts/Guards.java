// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseRef;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.error.FencedException;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.call.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Leases that guard writes. Immutable.
 *
 * @param refs all of them; sent with each write
 * @param handles those that this process holds, or held
 */
public record Guards(List<LeaseRef> refs, List<LeaseHandle> handles) {
  private static final Guards NONE = new Guards(List.of(), List.of());

  static Guards none() {
    return NONE;
  }

  Guards and(List<LeaseRef> more) {
    return more.isEmpty() ? this : new Guards(joined(refs, more), handles);
  }

  Guards and(LeaseHandle lease) {
    return new Guards(joined(refs, List.of(lease.ref())), joined(handles, List.of(lease)));
  }

  /** Sends a write, unless the lease of one of the handles is lost already. */
  <Q, A, R> CompletableFuture<R> call(Caller caller, Outgoing<Q, A, R> write) {
    for (LeaseHandle handle : handles) {
      Optional<FencedException> refusal = refusal(handle, "guards");
      if (refusal.isPresent()) {
        return CompletableFuture.failedFuture(refusal.get());
      }
    }
    return caller.call(write);
  }

  /**
   * Why nothing is sent under this lease: once it is lost here, the store would only say the same.
   *
   * @param field of the request that names the lease
   */
  public static Optional<FencedException> refusal(LeaseHandle handle, String field) {
    LeaseStatus status = handle.status();
    if (status.state() != LeaseState.LOST) {
      return Optional.empty();
    }
    String why =
        status.loss().map(Enum::name).orElse("")
            + Optional.of(status.detail())
                .filter(detail -> !detail.isEmpty())
                .map(detail -> ": " + detail)
                .orElse("");
    return Optional.of(
        new FencedException(
            "the lease "
                + handle.name()
                + " with token "
                + handle.token()
                + " is lost here, "
                + why,
            field));
  }

  private static <T> List<T> joined(List<T> some, List<T> more) {
    List<T> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }
}
