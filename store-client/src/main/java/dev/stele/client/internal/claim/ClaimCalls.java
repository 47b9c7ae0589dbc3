// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.claim;

import dev.stele.client.ClaimGrant;
import dev.stele.client.FactKey;
import dev.stele.client.LeaseRef;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.call.Method;
import dev.stele.client.internal.call.Outgoing;
import dev.stele.client.internal.facts.Requests;
import dev.stele.client.internal.link.Route;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Kinds;
import dev.stele.proto.v1.DrainClaimRequest;
import dev.stele.proto.v1.NextClaimRequest;
import dev.stele.proto.v1.OwnedClaim;
import dev.stele.proto.v1.ReleaseClaimRequest;
import dev.stele.proto.v1.TakeoverClaimRequest;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** The requests about claims, one by one. */
final class ClaimCalls {
  private final Caller caller;

  ClaimCalls(Caller caller) {
    this.caller = caller;
  }

  CompletableFuture<ClaimGrant> next(String pool, LeaseRef lease) {
    return caller.call(
        new Outgoing<>(
            Method.NEXT_CLAIM,
            Route.LEADER,
            false,
            header ->
                NextClaimRequest.newBuilder()
                    .setHeader(header)
                    .setPool(pool)
                    .setLease(Requests.lease(lease))
                    .build(),
            (header, answer) -> grant(answer.getClaim())));
  }

  CompletableFuture<ClaimGrant> takeover(FactKey<Claim> claim, long epoch, LeaseRef lease) {
    return caller.call(
        new Outgoing<>(
            Method.TAKEOVER_CLAIM,
            Route.LEADER,
            false,
            header ->
                TakeoverClaimRequest.newBuilder()
                    .setHeader(header)
                    .setClaim(claim.text())
                    .setEpoch(epoch)
                    .setLease(Requests.lease(lease))
                    .build(),
            (header, answer) -> grant(answer.getClaim())));
  }

  private static ClaimGrant grant(OwnedClaim claim) {
    return new ClaimGrant(
        FactKey.parse(Kinds.CLAIM, claim.getKey()),
        claim.getOwner(),
        claim.getEpoch(),
        claim.getRevision());
  }

  CompletableFuture<Long> drain(FactKey<Claim> claim, OptionalLong epoch, Duration deadline) {
    DrainClaimRequest.Builder request =
        DrainClaimRequest.newBuilder().setClaim(claim.text()).setDeadlineMillis(millis(deadline));
    epoch.ifPresent(request::setEpoch);
    DrainClaimRequest asked = request.build();
    return caller.call(
        new Outgoing<>(
            Method.DRAIN_CLAIM,
            Route.LEADER,
            false,
            header -> asked.toBuilder().setHeader(header).build(),
            (header, answer) -> answer.getRevision()));
  }

  /** What the wire can't carry is sent as what is nearest to it: the server refuses both. */
  private static long millis(Duration deadline) {
    if (deadline.isNegative()) {
      return 0;
    }
    return deadline.toSeconds() > Integer.MAX_VALUE ? Long.MAX_VALUE : deadline.toMillis();
  }

  CompletableFuture<Long> release(
      FactKey<Claim> claim, long epoch, LeaseRef lease, boolean retire) {
    return caller.call(
        new Outgoing<>(
            Method.RELEASE_CLAIM,
            Route.LEADER,
            false,
            header ->
                ReleaseClaimRequest.newBuilder()
                    .setHeader(header)
                    .setClaim(claim.text())
                    .setEpoch(epoch)
                    .setLease(Requests.lease(lease))
                    .setRetire(retire)
                    .build(),
            (header, answer) -> answer.getRevision()));
  }
}
