// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.InitialFacts;
import dev.stele.proto.v1.WatchCreated;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchEvents;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** Watches of a {@link ModelNode}, from its initial state or from now. */
final class ModelWatches extends WatchGrpc.WatchImplBase {
  private final ModelNode model;
  private final List<Running> running = new ArrayList<>();

  private record Running(CreateWatch create, StreamObserver<WatchResponse> to) {
    boolean selects(Fact fact) {
      String key = fact.getKey().toStringUtf8();
      List<String> kinds = create.getSelector().getKindsList();
      return key.startsWith(create.getSelector().getPrefix().toStringUtf8())
          && (kinds.isEmpty() || kinds.contains(key.substring(0, key.indexOf('/'))));
    }
  }

  ModelWatches(ModelNode model) {
    this.model = model;
  }

  @Override
  public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(WatchRequest request) {
        synchronized (model) {
          if (request.hasCreate()) {
            begin(new Running(request.getCreate(), responses));
          } else if (request.hasCancel()) {
            long id = request.getCancel().getWatchId();
            running.removeIf(one -> one.to() == responses && one.create().getWatchId() == id);
          }
        }
      }

      @Override
      public void onError(Throwable gone) {
        end();
      }

      @Override
      public void onCompleted() {
        end();
        responses.onCompleted();
      }

      private void end() {
        synchronized (model) {
          running.removeIf(one -> one.to() == responses);
        }
      }
    };
  }

  private void begin(Running watch) {
    long revision = model.header().getRevision();
    say(
        watch,
        WatchResponse.newBuilder()
            .setCreated(WatchCreated.newBuilder().setNextRevision(revision + 1)));
    if (watch.create().getInitialState()) {
      InitialFacts.Builder page = InitialFacts.newBuilder().setRevision(revision).setLast(true);
      model.all().stream().filter(watch::selects).forEach(page::addFacts);
      say(watch, WatchResponse.newBuilder().setInitial(page));
    }
    running.add(watch);
  }

  /** Under the model's lock. */
  void tell(List<Fact> written) {
    for (Running watch : List.copyOf(running)) {
      WatchEvents.Builder events = WatchEvents.newBuilder();
      written.stream()
          .filter(watch::selects)
          .forEach(fact -> events.addEventsBuilder().setType(WatchEvent.Type.PUT).setFact(fact));
      if (events.getEventsCount() > 0) {
        say(watch, WatchResponse.newBuilder().setEvents(events));
      }
    }
  }

  private void say(Running watch, WatchResponse.Builder response) {
    watch
        .to()
        .onNext(response.setHeader(model.header()).setWatchId(watch.create().getWatchId()).build());
  }
}
