// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.DrainClaimRequest;
import dev.stele.proto.v1.DrainClaimResponse;
import dev.stele.proto.v1.NextClaimRequest;
import dev.stele.proto.v1.NextClaimResponse;
import dev.stele.proto.v1.OwnedClaim;
import dev.stele.proto.v1.ReleaseClaimRequest;
import dev.stele.proto.v1.ReleaseClaimResponse;
import dev.stele.proto.v1.TakeoverClaimRequest;
import dev.stele.proto.v1.TakeoverClaimResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The claims of a {@link FakeNode}: of each pool there are items 1, 2, … for {@link #OWNER}, each
 * taken at a revision of its own from 101 on, unless the node's script says otherwise.
 */
final class FakeClaims extends ClaimsGrpc.ClaimsImplBase {
  static final String OWNER = "w";
  private final AtomicLong taken = new AtomicLong();
  private final FakeNode node;

  FakeClaims(FakeNode node) {
    this.node = node;
  }

  static OwnedClaim owned(String key, long epoch, long revision) {
    return OwnedClaim.newBuilder()
        .setKey(key)
        .setOwner(OWNER)
        .setEpoch(epoch)
        .setRevision(revision)
        .build();
  }

  @Override
  public void next(NextClaimRequest request, StreamObserver<NextClaimResponse> observer) {
    long number = taken.incrementAndGet();
    node.reply(
        request,
        observer,
        NextClaimResponse.newBuilder()
            .setHeader(node.header)
            .setClaim(owned("claim/" + request.getPool() + "/" + number, 1, 100 + number))
            .build());
  }

  @Override
  public void takeover(
      TakeoverClaimRequest request, StreamObserver<TakeoverClaimResponse> observer) {
    node.reply(
        request,
        observer,
        TakeoverClaimResponse.newBuilder()
            .setHeader(node.header)
            .setClaim(
                owned(request.getClaim(), request.getEpoch() + 1, 100 + taken.incrementAndGet()))
            .build());
  }

  @Override
  public void drain(DrainClaimRequest request, StreamObserver<DrainClaimResponse> observer) {
    node.reply(
        request,
        observer,
        DrainClaimResponse.newBuilder().setHeader(node.header).setRevision(90).build());
  }

  @Override
  public void release(ReleaseClaimRequest request, StreamObserver<ReleaseClaimResponse> observer) {
    node.reply(
        request,
        observer,
        ReleaseClaimResponse.newBuilder().setHeader(node.header).setRevision(91).build());
  }
}
