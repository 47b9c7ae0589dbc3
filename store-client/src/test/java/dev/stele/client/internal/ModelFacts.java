// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.error.Reason;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.HelloResponse;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;

/** Reads and writes of a {@link ModelNode}. */
final class ModelFacts extends FactsGrpc.FactsImplBase {
  private final ModelNode model;

  ModelFacts(ModelNode model) {
    this.model = model;
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> observer) {
    synchronized (model) {
      model.runBeforePut();
      String key = request.getKey().toStringUtf8();
      Optional<StatusRuntimeException> refusal = refusal(request, model.fact(key));
      if (refusal.isPresent()) {
        observer.onError(refusal.get());
        return;
      }
      long revision =
          model.write(
              List.of(
                  new ModelNode.Written(
                      key,
                      request.getBody(),
                      request.hasLease() ? Optional.of(request.getLease()) : Optional.empty())));
      observer.onNext(
          PutResponse.newBuilder()
              .setHeader(model.header())
              .setRevision(revision)
              .setCreateRevision(revision)
              .setVersion(1)
              .build());
      observer.onCompleted();
    }
  }

  private Optional<StatusRuntimeException> refusal(
      PutRequest request, @org.jspecify.annotations.Nullable Fact standing) {
    if (!request.getGuardsList().stream().allMatch(model::isHeld)) {
      return Optional.of(model.fenced());
    }
    if (request.getIfAbsent() && standing != null) {
      return Optional.of(Errors.of(Status.Code.ALREADY_EXISTS, Reason.ALREADY_EXISTS));
    }
    boolean elsewhere =
        request.hasIfRevision()
            && (standing == null || standing.getModRevision() != request.getIfRevision());
    return elsewhere
        ? Optional.of(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.COMPARE_FAILED))
        : Optional.empty();
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> observer) {
    synchronized (model) {
      GetResponse.Builder answer = GetResponse.newBuilder().setHeader(model.header());
      Fact fact = model.fact(request.getKey().toStringUtf8());
      if (fact != null) {
        answer.setFact(fact);
      }
      observer.onNext(answer.build());
      observer.onCompleted();
    }
  }

  @Override
  public void history(HistoryRequest request, StreamObserver<HistoryResponse> observer) {
    synchronized (model) {
      observer.onNext(
          HistoryResponse.newBuilder()
              .setHeader(model.header())
              .addAllChanges(model.history(request.getKey().toStringUtf8()))
              .build());
      observer.onCompleted();
    }
  }

  /** The first call of a client. */
  static final class Hello extends ClusterGrpc.ClusterImplBase {
    private final ModelNode model;

    Hello(ModelNode model) {
      this.model = model;
    }

    @Override
    public void hello(HelloRequest request, StreamObserver<HelloResponse> observer) {
      observer.onNext(HelloResponse.newBuilder().setHeader(model.header()).build());
      observer.onCompleted();
    }
  }
}
