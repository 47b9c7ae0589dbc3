// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.ByteString;
import dev.stele.client.FactKey;
import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.InitialFacts;
import dev.stele.proto.v1.WatchCreated;
import dev.stele.proto.v1.WatchEnded;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchEvents;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchProblem;
import dev.stele.proto.v1.WatchProgress;
import dev.stele.proto.v1.WatchRefused;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The watches of a fake node: it says what a test has it say. */
final class FakeWatches extends WatchGrpc.WatchImplBase {
  /** All streams so far. */
  final List<Stream> streams = new CopyOnWriteArrayList<>();

  private final FakeNode node;

  FakeWatches(FakeNode node) {
    this.node = node;
  }

  /** The newest stream. */
  Stream last() {
    return streams.get(streams.size() - 1);
  }

  @Override
  public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
    Stream stream = new Stream((ServerCallStreamObserver<WatchResponse>) responses);
    streams.add(stream);
    return stream;
  }

  @Override
  public void awaitApplied(
      AwaitAppliedRequest request, StreamObserver<AwaitAppliedResponse> observer) {
    node.reply(request, observer, AwaitAppliedResponse.newBuilder().setHeader(node.header).build());
  }

  /** A stream as the node sees it. */
  final class Stream implements StreamObserver<WatchRequest> {
    final List<WatchRequest> requests = new CopyOnWriteArrayList<>();
    private final ServerCallStreamObserver<WatchResponse> responses;

    volatile boolean gone;

    Stream(ServerCallStreamObserver<WatchResponse> responses) {
      this.responses = responses;
      responses.setOnCancelHandler(() -> gone = true);
      responses.setOnReadyHandler(() -> {});
    }

    @Override
    public void onNext(WatchRequest request) {
      requests.add(request);
    }

    @Override
    public void onError(Throwable failure) {
      gone = true;
    }

    @Override
    public void onCompleted() {
      gone = true;
      responses.onCompleted();
    }

    /** Whether the client has asked for what was sent. */
    boolean isReady() {
      return responses.isReady();
    }

    List<CreateWatch> creates() {
      return requests.stream()
          .filter(WatchRequest::hasCreate)
          .map(WatchRequest::getCreate)
          .toList();
    }

    CreateWatch lastCreate() {
      List<CreateWatch> creates = creates();
      return creates.get(creates.size() - 1);
    }

    void say(long id, WatchResponse.Builder response) {

      responses.onNext(response.setHeader(node.header).setWatchId(id).build());
    }

    /** Begins the newest watch as it asks. */
    Stream begins() {
      CreateWatch create = lastCreate();
      boolean from = create.hasFromRevision();
      return begins(
          create.getWatchId(), from ? create.getFromRevision() : node.header.getRevision() + 1);
    }

    Stream begins(long id, long next) {
      say(
          id,
          WatchResponse.newBuilder().setCreated(WatchCreated.newBuilder().setNextRevision(next)));
      return this;
    }

    Stream events(boolean fragment, WatchEvent... events) {
      return events(lastCreate().getWatchId(), fragment, events);
    }

    Stream events(long id, boolean fragment, WatchEvent... events) {
      WatchEvents.Builder message = WatchEvents.newBuilder().setFragment(fragment);
      message.addAllEvents(List.of(events));
      say(id, WatchResponse.newBuilder().setEvents(message));
      return this;
    }

    Stream mark(long revision) {
      say(
          lastCreate().getWatchId(),
          WatchResponse.newBuilder()
              .setProgress(WatchProgress.newBuilder().setRevision(revision).setLeaderKnown(true)));
      return this;
    }

    Stream page(long revision, boolean last, Fact... facts) {
      InitialFacts.Builder page = InitialFacts.newBuilder().setRevision(revision).setLast(last);
      say(
          lastCreate().getWatchId(),
          WatchResponse.newBuilder().setInitial(page.addAllFacts(List.of(facts))));
      return this;
    }

    void refuses(WatchProblem.Builder problem) {
      say(
          lastCreate().getWatchId(),
          WatchResponse.newBuilder().setRefused(WatchRefused.newBuilder().setProblem(problem)));
    }

    void ends(WatchProblem.Builder problem) {
      say(
          lastCreate().getWatchId(),
          WatchResponse.newBuilder().setEnded(WatchEnded.newBuilder().setProblem(problem)));
    }

    void breaks() {
      breaks(Status.UNAVAILABLE.asRuntimeException());
    }

    void breaks(StatusRuntimeException error) {
      responses.onError(error);
    }
  }

  static WatchProblem.Builder problem(String reason) {
    return WatchProblem.newBuilder().setReason(reason).setMessage("because of " + reason);
  }

  static WatchEvent put(long revision, String key) {
    return put(revision, key, 1);
  }

  static WatchEvent put(long revision, String key, int bytes) {
    return WatchEvent.newBuilder()
        .setType(WatchEvent.Type.PUT)
        .setFact(fact(revision, key, bytes))
        .build();
  }

  static WatchEvent delete(long revision, String key) {
    return WatchEvent.newBuilder()
        .setType(WatchEvent.Type.DELETE)
        .setFact(Fact.newBuilder().setKey(ByteString.copyFromUtf8(key)).setModRevision(revision))
        .build();
  }

  static <T> WatchEvent put(long revision, FactKey<T> key, T body) {
    return WatchEvent.newBuilder()
        .setType(WatchEvent.Type.PUT)
        .setFact(fact(revision, key, body))
        .build();
  }

  static <T> Fact fact(long revision, FactKey<T> key, T body) {
    return fact(revision, key.text()).toBuilder()
        .setBody(ByteString.copyFrom(key.kind().codec().encode(body)))
        .build();
  }

  static Fact fact(long revision, String key) {
    return fact(revision, key, 1);
  }

  static Fact fact(long revision, String key, int bytes) {
    return Fact.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setBody(ByteString.copyFrom(new byte[bytes]))
        .setCreateRevision(1)
        .setModRevision(revision)
        .setVersion(2)
        .build();
  }
}
