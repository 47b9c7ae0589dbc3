// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.watch;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.stele.proto.v1.InitialFacts;
import dev.stele.proto.v1.WatchCreated;
import dev.stele.proto.v1.WatchEnded;
import dev.stele.proto.v1.WatchEvents;
import dev.stele.proto.v1.WatchProblem;
import dev.stele.proto.v1.WatchProgress;
import dev.stele.proto.v1.WatchRefused;
import dev.stele.proto.v1.WatchResponse;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.watch.Outlet;
import dev.stele.server.watch.Problem;
import dev.stele.server.watch.Sent;
import dev.stele.server.wire.call.Outflow;
import dev.stele.server.wire.error.ErrorTable;
import dev.stele.server.wire.facts.Messages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What watches send, as responses of one call. */
final class WatchOutlet implements Outlet {
  /** A tag, a watch id, a tag and a length, at their longest. */
  private static final int PREFIX_MAX_BYTES = 32;

  /** {@code fragment = true} of {@link WatchEvents}. */
  private static final Bytes FRAGMENT = fragment();

  private final Outflow outflow;
  private final SharedHeader header;

  WatchOutlet(Outflow outflow, SharedHeader header) {
    this.outflow = outflow;
    this.header = header;
  }

  @Override
  public boolean isReady() {
    return outflow.isReady();
  }

  @Override
  public void send(long watchId, Sent message) {
    List<Bytes> parts = new ArrayList<>();
    parts.add(header.bytes());
    if (message instanceof Sent.Events events) {
      addEvents(parts, watchId, events);
    } else {
      parts.add(Bytes.wrap(response(watchId, message).toByteArray()));
    }
    outflow.send(parts);
  }

  /** The events as they are: nothing but what is this watch's own is written anew. */
  private static void addEvents(List<Bytes> parts, long watchId, Sent.Events events) {
    long size = events.fragment() ? FRAGMENT.length() : 0;
    for (Bytes event : events.events()) {
      size += event.length();
    }
    byte[] prefix = new byte[PREFIX_MAX_BYTES];
    CodedOutputStream output = CodedOutputStream.newInstance(prefix);
    try {
      output.writeUInt64(WatchResponse.WATCH_ID_FIELD_NUMBER, watchId);
      output.writeTag(WatchResponse.EVENTS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      output.writeUInt64NoTag(size);
    } catch (IOException e) {
      throw new IllegalStateException("an array does not fail", e);
    }
    parts.add(Bytes.wrap(Arrays.copyOf(prefix, output.getTotalBytesWritten())));
    parts.addAll(events.events());
    if (events.fragment()) {
      parts.add(FRAGMENT);
    }
  }

  private static Bytes fragment() {
    return Bytes.wrap(WatchEvents.newBuilder().setFragment(true).build().toByteArray());
  }

  private static WatchResponse response(long watchId, Sent message) {
    WatchResponse.Builder response = WatchResponse.newBuilder().setWatchId(watchId);
    if (message instanceof Sent.Created created) {
      response.setCreated(WatchCreated.newBuilder().setNextRevision(created.nextRevision()));
    } else if (message instanceof Sent.Initial page) {
      response.setInitial(initial(page));
    } else if (message instanceof Sent.Progress progress) {
      response.setProgress(
          WatchProgress.newBuilder()
              .setRevision(progress.revision())
              .setLeaderKnown(progress.leaderKnown()));
    } else if (message instanceof Sent.Refused refused) {
      response.setRefused(WatchRefused.newBuilder().setProblem(problem(refused.problem())));
    } else if (message instanceof Sent.Ended ended) {
      WatchEnded.Builder end = WatchEnded.newBuilder();
      ended.problem().ifPresent(why -> end.setProblem(problem(why)));
      response.setEnded(end);
    }
    return response.build();
  }

  private static InitialFacts initial(Sent.Initial page) {
    InitialFacts.Builder facts =
        InitialFacts.newBuilder().setRevision(page.revision()).setLast(page.last());
    page.facts().forEach(fact -> facts.addFacts(Messages.fact(fact)));
    return facts.build();
  }

  private static WatchProblem problem(Problem problem) {
    return WatchProblem.newBuilder()
        .setReason(problem.reason().name())
        .setField(problem.field())
        .setMessage(problem.message())
        .setFloor(problem.floor())
        .setRetryAfterMillis(ErrorTable.of(problem.reason()).retryDelayMillis())
        .build();
  }

  @Override
  public void taken() {
    outflow.taken();
  }

  @Override
  public void end() {
    outflow.end();
  }
}
