// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.Message;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.CompactResponse;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.HelloResponse;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.StatusRequest;
import dev.stele.proto.v1.StatusResponse;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import io.grpc.BindableService;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node that answers by script: first what was scripted, in order; then success. Hellos are
 * counted and scripted apart from the rest, since clients say them by themselves.
 */
final class FakeNode {
  private final List<Message> received = new CopyOnWriteArrayList<>();
  private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
  private final List<Message> hellos = new CopyOnWriteArrayList<>();
  private final Queue<Reply> helloScript = new ConcurrentLinkedQueue<>();
  final FakeWatches watches = new FakeWatches(this);
  final FakeLeases leases = new FakeLeases(this);
  final FakeMembers members = new FakeMembers(this);
  final FakeClaims claims = new FakeClaims(this);
  private final FactsService facts = new FactsService();
  final FakePipeline pipeline = new FakePipeline(facts);
  volatile ResponseHeader header;

  /** What a key stands for, where a test has a state of its own. */
  volatile @Nullable Function<String, Optional<Fact>> state;

  /** What becomes of a call. */
  sealed interface Reply {
    record Failure(StatusRuntimeException error) implements Reply {}

    record Answer(Message message) implements Reply {}

    enum Silence implements Reply {
      INSTANCE
    }
  }

  FakeNode(ResponseHeader header) {
    this.header = header;
  }

  FakeNode fails(StatusRuntimeException... errors) {
    for (StatusRuntimeException error : errors) {
      script.add(new Reply.Failure(error));
    }
    return this;
  }

  FakeNode failsAlways(StatusRuntimeException error) {
    for (int i = 0; i < 1_000; i++) {
      fails(error);
    }
    return this;
  }

  FakeNode answers(Message... messages) {
    for (Message message : messages) {
      script.add(new Reply.Answer(message));
    }
    return this;
  }

  FakeNode failsHello(StatusRuntimeException... errors) {
    for (StatusRuntimeException error : errors) {
      helloScript.add(new Reply.Failure(error));
    }
    return this;
  }

  FakeNode isSilentAtHello() {
    helloScript.add(Reply.Silence.INSTANCE);
    return this;
  }

  FakeNode isSilent() {
    script.add(Reply.Silence.INSTANCE);
    return this;
  }

  void forgetScript() {
    script.clear();
  }

  int calls() {
    return received.size();
  }

  int hellos() {
    return hellos.size();
  }

  <M extends Message> M received(int index, Class<M> type) {
    return type.cast(received.get(index));
  }

  List<BindableService> services() {
    return List.of(
        facts,
        pipeline,
        new ClusterService(),
        new MaintenanceService(),
        watches,
        leases,
        members,
        claims);
  }

  <A extends Message> void reply(Message request, StreamObserver<A> observer, Message success) {
    received.add(request);
    reply(script.poll(), observer, success);
  }

  @SuppressWarnings("unchecked") // a script that answers with another type fails its test
  private static <A extends Message> void reply(
      @Nullable Reply reply, StreamObserver<A> observer, Message success) {
    if (reply instanceof Reply.Failure failure) {
      observer.onError(failure.error());
    } else if (reply != Reply.Silence.INSTANCE) {
      observer.onNext((A) (reply instanceof Reply.Answer answer ? answer.message() : success));
      observer.onCompleted();
    }
  }

  private final class FactsService extends FactsGrpc.FactsImplBase {
    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> observer) {
      long revision = header.getRevision();
      reply(
          request,
          observer,
          PutResponse.newBuilder()
              .setHeader(header)
              .setRevision(revision)
              .setCreateRevision(revision)
              .setVersion(1)
              .build());
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> observer) {
      reply(
          request,
          observer,
          DeleteResponse.newBuilder()
              .setHeader(header)
              .setRevision(header.getRevision())
              .setDeleted(1)
              .build());
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> observer) {
      reply(
          request,
          observer,
          TxnResponse.newBuilder()
              .setHeader(header)
              .setRevision(header.getRevision())
              .setSucceeded(true)
              .build());
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> observer) {
      Function<String, Optional<Fact>> known = state;
      if (known != null) {
        GetResponse.Builder answer = GetResponse.newBuilder().setHeader(header);
        known.apply(request.getKey().toStringUtf8()).ifPresent(answer::setFact);
        reply(request, observer, answer.build());
        return;
      }
      Fact fact =
          Fact.newBuilder()
              .setKey(request.getKey())
              .setCreateRevision(1)
              .setModRevision(1)
              .setVersion(1)
              .build();
      reply(request, observer, GetResponse.newBuilder().setHeader(header).setFact(fact).build());
    }

    @Override
    public void list(ListRequest request, StreamObserver<ListResponse> observer) {
      reply(
          request,
          observer,
          ListResponse.newBuilder().setHeader(header).setRevision(header.getRevision()).build());
    }

    @Override
    public void history(HistoryRequest request, StreamObserver<HistoryResponse> observer) {
      reply(request, observer, HistoryResponse.newBuilder().setHeader(header).build());
    }
  }

  private final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
    @Override
    public void compact(CompactRequest request, StreamObserver<CompactResponse> observer) {
      reply(
          request,
          observer,
          CompactResponse.newBuilder().setHeader(header).setFloor(request.getRevision()).build());
    }
  }

  private final class ClusterService extends ClusterGrpc.ClusterImplBase {
    @Override
    public void hello(HelloRequest request, StreamObserver<HelloResponse> observer) {
      hellos.add(request);
      reply(helloScript.poll(), observer, HelloResponse.newBuilder().setHeader(header).build());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
      reply(request, observer, StatusResponse.newBuilder().setHeader(header).build());
    }
  }
}
