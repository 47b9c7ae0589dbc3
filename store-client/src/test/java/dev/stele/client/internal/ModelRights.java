// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.FactKey;
import dev.stele.client.error.Reason;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Kinds;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.OwnedClaim;
import dev.stele.proto.v1.Renewal;
import dev.stele.proto.v1.TakeoverClaimRequest;
import dev.stele.proto.v1.TakeoverClaimResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;

/** Leases and claims of a {@link ModelNode}. */
final class ModelRights {
  private ModelRights() {}

  /** Acquired at once or not at all; renewed as long as they are not taken away. */
  static final class Leases extends LeasesGrpc.LeasesImplBase {
    private final ModelNode model;

    Leases(ModelNode model) {
      this.model = model;
    }

    @Override
    public void acquire(
        AcquireLeaseRequest request, StreamObserver<AcquireLeaseResponse> observer) {
      synchronized (model) {
        try {
          long token = model.acquire(request.getName(), request.getHolder());
          observer.onNext(
              AcquireLeaseResponse.newBuilder()
                  .setHeader(model.header())
                  .setName(request.getName())
                  .setToken(token)
                  .setTtlMillis(request.getTtlMillis())
                  .build());
          observer.onCompleted();
        } catch (StatusRuntimeException held) {
          observer.onError(held);
        }
      }
    }

    @Override
    public StreamObserver<KeepAliveRequest> keepAlive(StreamObserver<KeepAliveResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(KeepAliveRequest request) {
          synchronized (model) {
            KeepAliveResponse.Builder answer =
                KeepAliveResponse.newBuilder()
                    .setHeader(model.header())
                    .setBatch(request.getBatch());
            for (LeaseRef lease : request.getLeasesList()) {
              Renewal.Builder renewal = answer.addRenewalsBuilder().setLease(lease);
              if (model.isHeld(lease)) {
                renewal.setRenewedTtlMillis(10_000);
              } else {
                renewal.setLost("it was taken away");
              }
            }
            answers.onNext(answer.build());
          }
        }

        @Override
        public void onError(Throwable gone) {
          // The client has ended it.
        }

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  /** Taken over when idle at the expected epoch. */
  static final class Claims extends ClaimsGrpc.ClaimsImplBase {
    private final ModelNode model;

    Claims(ModelNode model) {
      this.model = model;
    }

    @Override
    public void takeover(
        TakeoverClaimRequest request, StreamObserver<TakeoverClaimResponse> observer) {
      synchronized (model) {
        FactKey<Claim> key = FactKey.parse(Kinds.CLAIM, request.getClaim());
        Claim standing = model.body(key);
        if (!model.isHeld(request.getLease())) {
          observer.onError(model.fenced());
        } else if (standing.epoch() != request.getEpoch() || standing.state() != Claim.State.IDLE) {
          observer.onError(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.COMPARE_FAILED));
        } else {
          observer.onNext(taken(request, key));
          observer.onCompleted();
        }
      }
    }

    private TakeoverClaimResponse taken(TakeoverClaimRequest request, FactKey<Claim> key) {
      String owner = model.holder(request.getLease().getName());
      Claim owned = new Claim(owner, request.getEpoch() + 1, Claim.State.OWNED);
      ModelNode.Written put = ModelNode.put(key, owned);
      long revision =
          model.write(
              List.of(
                  new ModelNode.Written(put.key(), put.body(), Optional.of(request.getLease()))));
      return TakeoverClaimResponse.newBuilder()
          .setHeader(model.header())
          .setClaim(
              OwnedClaim.newBuilder()
                  .setKey(key.text())
                  .setOwner(owner)
                  .setEpoch(owned.epoch())
                  .setRevision(revision))
          .build();
    }
  }
}
