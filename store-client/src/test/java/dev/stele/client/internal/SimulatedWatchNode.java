// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.InitialFacts;
import dev.stele.proto.v1.WatchCreated;
import dev.stele.proto.v1.WatchEnded;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchEvents;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchProgress;
import dev.stele.proto.v1.WatchRefused;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/**
 * A node that keeps all promises, somewhere behind the history, and is cut off from its clients at
 * any point. How it cuts what it sends into messages is drawn by lot.
 */
final class SimulatedWatchNode extends WatchGrpc.WatchImplBase {
  private final String name;
  private final WatchHistory history;
  private final Random random;
  private final LongUnaryOperator resume;
  private final Map<String, Long> incarnations;
  private final List<Stream> streams = new ArrayList<>();
  private long applied;
  boolean silent;

  /**
   * A node.
   *
   * @param incarnations of each watcher, as far as any node knows
   * @param resume makes of the revision that a watcher asks for, when it comes again, the one that
   *     the node goes on with
   */
  SimulatedWatchNode(
      String name,
      WatchHistory history,
      Random random,
      Map<String, Long> incarnations,
      LongUnaryOperator resume) {
    this.name = name;
    this.history = history;
    this.random = random;
    this.incarnations = incarnations;
    this.resume = resume;
  }

  /** Catches up by some revisions and sends some of what it has. */
  void step(boolean calm) {
    long behind = history.revision() - applied;
    applied += calm ? behind : random.nextInt((int) behind + 1);
    for (Stream stream : List.copyOf(streams)) {
      if (!silent) {
        stream.step(calm);
      }
    }
  }

  void cutAll() {
    List.copyOf(streams).forEach(Stream::cut);
  }

  @Override
  public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
    Stream stream = new Stream((ServerCallStreamObserver<WatchResponse>) responses);
    streams.add(stream);
    return stream;
  }

  /** What is left to be sent of one watch. */
  private static final class Cursor {
    final long id;
    boolean initial;
    long next;
    int inRevision;
    final List<Fact> pages = new ArrayList<>();
    long pagesRevision;

    Cursor(long id) {
      this.id = id;
    }
  }

  private final class Stream implements StreamObserver<WatchRequest> {
    private final ServerCallStreamObserver<WatchResponse> responses;
    private final Map<Long, Cursor> cursors = new LinkedHashMap<>();

    Stream(ServerCallStreamObserver<WatchResponse> responses) {
      this.responses = responses;
      responses.setOnCancelHandler(() -> streams.remove(this));
    }

    @Override
    public void onNext(WatchRequest request) {
      if (request.hasCreate()) {
        create(request.getCreate());
      } else if (request.hasCancel()) {
        long id = request.getCancel().getWatchId();
        if (cursors.remove(id) != null) {
          say(id, WatchResponse.newBuilder().setEnded(WatchEnded.getDefaultInstance()));
        }
      }
    }

    private void create(CreateWatch create) {
      long id = create.getWatchId();
      if (random.nextInt(12) == 0) {
        say(
            id,
            WatchResponse.newBuilder()
                .setRefused(
                    WatchRefused.newBuilder()
                        .setProblem(
                            FakeWatches.problem(
                                random.nextBoolean() ? "OVERLOADED" : "NO_QUORUM"))));
        return;
      }
      Cursor cursor = new Cursor(id);
      cursor.initial = create.getInitialState();
      if (cursor.initial) {
        applied = history.revision();
        cursor.pages.addAll(history.state(applied).values());
        cursor.pagesRevision = applied;
        cursor.next = applied + 1;
      } else {
        cursor.next = create.hasFromRevision() ? create.getFromRevision() : history.revision() + 1;
      }
      cursors.put(id, cursor);
      say(
          id,
          WatchResponse.newBuilder()
              .setCreated(WatchCreated.newBuilder().setNextRevision(cursor.next)));
      Long before =
          incarnations.put(create.getWatcher().getName(), create.getWatcher().getIncarnation());
      if (before != null && before >= create.getWatcher().getIncarnation()) {
        throw new AssertionError("incarnation " + before + " does not grow");
      }
      if (create.hasFromRevision() && before != null) {
        cursor.next = Math.max(1, resume.applyAsLong(cursor.next));
      }
    }

    void step(boolean calm) {
      for (Cursor cursor : List.copyOf(cursors.values())) {
        int messages = calm ? 1_000 : random.nextInt(4);
        for (int i = 0; i < messages && streams.contains(this); i++) {
          if (cursor.initial) {
            page(cursor);
          } else if (cursor.next <= applied) {
            events(cursor);
          }
        }
        boolean mark = !cursor.initial && cursor.inRevision == 0 && cursor.next == applied + 1;
        if (mark && (calm || random.nextInt(3) == 0) && streams.contains(this)) {
          say(
              cursor.id,
              WatchResponse.newBuilder()
                  .setProgress(
                      WatchProgress.newBuilder().setRevision(applied).setLeaderKnown(true)));
        }
        if (!calm && random.nextInt(60) == 0 && cursors.remove(cursor.id) != null) {
          say(
              cursor.id,
              WatchResponse.newBuilder()
                  .setEnded(WatchEnded.newBuilder().setProblem(FakeWatches.problem("OVERLOADED"))));
        }
      }
    }

    private void page(Cursor cursor) {
      int size = Math.min(cursor.pages.size(), random.nextInt(5));
      List<Fact> part = cursor.pages.subList(0, size);
      InitialFacts.Builder page =
          InitialFacts.newBuilder()
              .setRevision(cursor.pagesRevision)
              .addAllFacts(part)
              .setLast(size == cursor.pages.size());
      part.clear();
      cursor.initial = !page.getLast();
      say(cursor.id, WatchResponse.newBuilder().setInitial(page));
    }

    /** Some revisions, the last of which may be cut. */
    private void events(Cursor cursor) {
      WatchEvents.Builder message = WatchEvents.newBuilder();
      int room = 1 + random.nextInt(8);
      while (room > 0 && cursor.next <= applied) {
        List<WatchEvent> events = history.events(cursor.next);
        while (room > 0 && cursor.inRevision < events.size()) {
          message.addEvents(events.get(cursor.inRevision));
          cursor.inRevision++;
          room--;
        }
        if (cursor.inRevision == events.size()) {
          cursor.next++;
          cursor.inRevision = 0;
        }
      }
      message.setFragment(cursor.inRevision > 0);
      if (message.getEventsCount() > 0) {
        say(cursor.id, WatchResponse.newBuilder().setEvents(message));
      }
    }

    private void say(long id, WatchResponse.Builder response) {
      responses.onNext(
          response
              .setWatchId(id)
              .setHeader(FakeCluster.header(name, "a:1", 1, Math.max(1, applied)))
              .build());
    }

    void cut() {
      if (streams.remove(this)) {
        responses.onError(Status.UNAVAILABLE.withDescription("reset").asRuntimeException());
      }
    }

    @Override
    public void onError(Throwable failure) {
      streams.remove(this);
    }

    @Override
    public void onCompleted() {
      if (streams.remove(this)) {
        responses.onCompleted();
      }
    }
  }
}
