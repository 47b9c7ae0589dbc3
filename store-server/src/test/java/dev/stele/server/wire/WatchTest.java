// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.proto.v1.WatchResponse.ResponseCase.CREATED;
import static dev.stele.proto.v1.WatchResponse.ResponseCase.ENDED;
import static dev.stele.proto.v1.WatchResponse.ResponseCase.INITIAL;
import static dev.stele.proto.v1.WatchResponse.ResponseCase.PROGRESS;
import static dev.stele.proto.v1.WatchResponse.ResponseCase.REFUSED;
import static dev.stele.server.wire.Requests.delete;
import static dev.stele.server.wire.Requests.put;
import static dev.stele.server.wire.Requests.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.CancelWatch;
import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.InitialFacts;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.ReportApplied;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.RequestProgress;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchProblem;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import dev.stele.proto.v1.WatchSelector;
import dev.stele.proto.v1.WatcherName;
import dev.stele.server.watch.WatchSettings;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Watches over a real stream. */
final class WatchTest {
  private TestNode node;
  private WatchCall call;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    call = WatchCall.open(node.channel());
  }

  @AfterEach
  void stop() {
    call.close();
    node.close();
    assertThat(node.faults).isEmpty();
  }

  private void write(String key) {
    write(put(key));
  }

  private void write(PutRequest.Builder put) {
    var unused = node.facts().put(put.build());
  }

  @Test
  void aWatchFromNowSeesWhatComesAndNothingOlder() {
    write("desired/a");
    call.send(WatchCall.create(1, "desired/"));
    assertThat(call.next(1, CREATED).getCreated().getNextRevision()).isEqualTo(2);
    write("desired/b");
    write(put("config/c").setBody(Requests.config(20)));
    var unused = node.facts().delete(delete("desired/a").build());
    List<WatchEvent> events = call.events(1, 2);
    assertThat(events.get(0).getType()).isEqualTo(WatchEvent.Type.PUT);
    assertThat(events.get(0).getFact().getKey()).isEqualTo(utf8("desired/b"));
    assertThat(events.get(0).getFact().getModRevision()).isEqualTo(2);
    assertThat(events.get(0).getFact().getBody()).isEqualTo(Requests.BODY);
    assertThat(events.get(1).getType()).isEqualTo(WatchEvent.Type.DELETE);
    assertThat(events.get(1).getFact().getKey()).isEqualTo(utf8("desired/a"));
    assertThat(events.get(1).getFact().getModRevision()).isEqualTo(4);
  }

  @Test
  void aWatchFromARevisionSeesItAndAllBehindIt() {
    for (int i = 1; i <= 300; i++) {
      write("desired/" + i % 7);
    }
    call.send(WatchCall.create(9, "desired/").setFromRevision(3));
    assertThat(call.next(9, CREATED).getCreated().getNextRevision()).isEqualTo(3);
    assertThat(call.events(9, 298))
        .extracting(event -> event.getFact().getModRevision())
        .isSorted()
        .startsWith(3L)
        .endsWith(300L)
        .doesNotHaveDuplicates();
    write("desired/live");
    WatchResponse last = call.next();
    assertThat(last.getEvents().getEvents(0).getFact().getModRevision()).isEqualTo(301);
    assertThat(last.getHeader().getRevision()).isEqualTo(301);
    assertThat(last.getHeader().getClusterId()).isEqualTo(TestNode.CLUSTER.clusterId());
    assertThat(last.getHeader().getMember()).isEqualTo("n1");
  }

  @Test
  void aCancelledWatchEndsAndOthersGoOn() {
    call.send(WatchCall.create(1, "desired/"));
    call.next(1, CREATED);
    call.send(WatchCall.create(2, "desired/"));
    call.next(2, CREATED);
    call.cancel(1);
    assertThat(call.next(1, ENDED).getEnded().hasProblem()).isFalse();
    write("desired/a");
    call.events(2, 1);
    call.askForMark(2);
    assertThat(call.next(2, PROGRESS).getProgress().getRevision()).isEqualTo(1);
  }

  @Test
  void aStreamWhoseCallerHasNoMoreRequestsEnds() {
    call.send(WatchCall.create(1, "desired/"));
    call.next(1, CREATED);
    call.finish();
    assertThat(call.end().getCode()).isEqualTo(Status.Code.OK);
  }

  private static WatchRequest.Builder create(CreateWatch.Builder create) {
    return WatchRequest.newBuilder().setCreate(create);
  }

  private static CreateWatch.Builder kinds(String... kinds) {
    return CreateWatch.newBuilder()
        .setWatchId(7)
        .setSelector(WatchSelector.newBuilder().addAllKinds(List.of(kinds)));
  }

  private static WatchRequest.Builder named(String name, long incarnation) {
    return create(
        kinds("desired")
            .setWatcher(WatcherName.newBuilder().setName(name).setIncarnation(incarnation)));
  }

  static Stream<Arguments> wrongRequests() {
    CreateWatch.Builder some = kinds("desired");
    ReportApplied.Builder report = ReportApplied.newBuilder().setWatchId(1).setRevision(1);
    return Stream.of(
        arguments(create(kinds("desired").setWatchId(0)), "create.watch_id"),
        arguments(create(kinds("desired").setWatchId(1)), "create.watch_id"),
        arguments(create(kinds("desired").setFromRevision(0)), "create.from_revision"),
        arguments(create(kinds("desired").setFromRevision(-1)), "create.from_revision"),
        arguments(create(kinds("desired").setFromRevision(3)), "create.from_revision"),
        arguments(create(kinds("desired").setNow(false)), "create.now"),
        arguments(create(kinds("desired").setInitialState(false)), "create.initial_state"),
        arguments(create(kinds("desired", "No")), "create.selector.kinds[1]"),
        arguments(
            create(kinds(Collections.nCopies(33, "desired").toArray(String[]::new))),
            "create.selector.kinds"),
        arguments(
            create(
                kinds()
                    .setSelector(
                        WatchSelector.newBuilder()
                            .addKinds("desired")
                            .setPrefix(utf8("desired/")))),
            "create.selector.kinds"),
        arguments(create(WatchCall.create(7, "No/")), "create.selector.prefix"),
        arguments(
            create(
                kinds()
                    .setSelector(
                        WatchSelector.newBuilder()
                            .setRange(Requests.range("desired/b", "desired/a")))),
            "create.selector.range.to"),
        arguments(
            create(kinds("desired").setWithoutPuts(true).setWithoutDeletes(true)),
            "create.without_deletes"),
        arguments(
            create(kinds("desired").setProgressIntervalMillis(99)),
            "create.progress_interval_millis"),
        arguments(
            create(kinds("desired").setProgressIntervalMillis(3_600_001)),
            "create.progress_interval_millis"),
        arguments(named("", 1), "create.watcher.name"),
        arguments(named("x".repeat(121), 1), "create.watcher.name"),
        arguments(named("a b", 1), "create.watcher.name"),
        arguments(named("a", 0), "create.watcher.incarnation"),
        arguments(
            WatchRequest.newBuilder().setCancel(CancelWatch.newBuilder().setWatchId(9)),
            "cancel.watch_id"),
        arguments(
            WatchRequest.newBuilder().setProgress(RequestProgress.newBuilder().setWatchId(9)),
            "progress.watch_id"),
        arguments(
            WatchRequest.newBuilder().setReport(report.clone().setWatchId(9)), "report.watch_id"),
        arguments(WatchRequest.newBuilder().setReport(report.clone()), "report.watch_id"),
        arguments(
            WatchRequest.newBuilder().setReport(report.clone().setRevision(0)), "report.revision"),
        arguments(
            WatchRequest.newBuilder().setReport(report.clone().setRefusal("x".repeat(1_025))),
            "report.refusal"),
        arguments(WatchRequest.newBuilder(), "request"),
        arguments(create(some.setFromRevision(Long.MAX_VALUE)), "create.from_revision"));
  }

  @ParameterizedTest
  @MethodSource("wrongRequests")
  void aWrongRequestIsToldItsFieldAndOtherWatchesGoOn(WatchRequest.Builder wrong, String field) {
    write("desired/a");
    call.send(WatchCall.create(1, "desired/"));
    call.next(1, CREATED);
    call.send(wrong);
    WatchResponse refused = call.next();
    assertThat(refused.getRefused().getProblem().getField()).isEqualTo(field);
    assertThat(refused.getRefused().getProblem().getReason()).isEqualTo("INVALID_FIELD");
    write("desired/a");
    call.events(1, 1);
  }

  @Test
  void anUnknownKindAndACompactedStartAreTold() {
    for (int i = 0; i < 5; i++) {
      write("desired/a");
    }
    node.compact(3);
    call.send(kinds("desired", "nosuch"));
    WatchProblem unknown = call.next(7, REFUSED).getRefused().getProblem();
    assertThat(unknown.getReason()).isEqualTo("UNKNOWN_KIND");
    assertThat(unknown.getField()).isEqualTo("create.selector.kinds[1]");
    call.send(kinds("desired").setFromRevision(3));
    WatchProblem compacted = call.next(7, REFUSED).getRefused().getProblem();
    assertThat(compacted.getReason()).isEqualTo("COMPACTED");
    assertThat(compacted.getFloor()).isEqualTo(3);
    call.send(kinds("desired").setFromRevision(4));
    call.next(7, CREATED);
    call.events(7, 2);
  }

  @Test
  void oneWatchMoreThanAStreamMayHaveIsRefused() {
    for (int id = 1; id <= WatchSettings.STREAM_MAX + 1; id++) {
      call.send(WatchCall.create(id, "desired/" + id + "/"));
    }
    for (int id = 1; id <= WatchSettings.STREAM_MAX; id++) {
      call.next(id, CREATED);
    }
    WatchResponse refused = call.next(WatchSettings.STREAM_MAX + 1, REFUSED);
    assertThat(refused.getRefused().getProblem().getReason()).isEqualTo("LIMIT_REACHED");
    write("desired/77/a");
    call.events(77, 1);
  }

  @Test
  void aCallerOfAnotherEpochIsRefusedAsAWhole() {
    call.send(
        create(kinds("desired"))
            .setHeader(
                RequestHeader.newBuilder()
                    .setClusterId(TestNode.CLUSTER.clusterId())
                    .setEpoch(TestNode.CLUSTER.epoch() + 1)));
    assertThat(call.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void anInitialStateComesWholeAndThenWhatCameBehindIt() {
    for (int i = 0; i < 1_500; i++) {
      write("desired/" + i);
    }
    call.send(WatchCall.create(1, "desired/").setInitialState(true).setPrevious(true));
    assertThat(call.next(1, CREATED).getCreated().getNextRevision()).isEqualTo(1_501);
    List<ByteString> keys = new ArrayList<>();
    InitialFacts page;
    do {
      page = call.next(1, INITIAL).getInitial();
      assertThat(page.getRevision()).isEqualTo(1_500);
      page.getFactsList().forEach(fact -> keys.add(fact.getKey()));
    } while (!page.getLast());
    assertThat(keys).hasSize(1_500).doesNotHaveDuplicates();
    write("desired/3");
    WatchEvent event = call.events(1, 1).get(0);
    assertThat(event.getPrevious().getModRevision()).isEqualTo(4);
  }

  @Test
  void aStreamLivesLongerThanACallAndHoldsNoBytesOfWhatWasDealtWith() {
    call.send(WatchCall.create(1, "desired/"));
    call.next(1, CREATED);
    await().until(() -> node.meters.get("stele.api.request.bytes").gauge().value(), is(0.0));
    node.nanos.addAndGet(TimeUnit.MINUTES.toNanos(5));
    assertThat(call.next(1, PROGRESS).getProgress().getLeaderKnown()).isTrue();
    // Longer than from one look for overdue calls to the next.
    await()
        .pollDelay(Duration.ofMillis(1_100))
        .until(() -> node.meters.get("stele.watchers").gauge().value(), is(1.0));
    write("desired/a");
    call.events(1, 1);
  }

  @Test
  void whoDoesNotReadLagsAndGetsEverythingLater() {
    try (WatchCall slow = WatchCall.openUnread(node.channel())) {
      slow.send(WatchCall.create(1, "config/"));
      slow.read(1);
      slow.next(1, CREATED);
      call.send(WatchCall.create(1, "config/"));
      call.next(1, CREATED);
      int writes = 400;
      for (int i = 0; i < writes; i++) {
        write(put("config/a").setBody(Requests.config(8_000)));
      }
      call.events(1, writes);
      assertThat(node.meters.get("stele.watch.lag").gauge().value()).isPositive();
      slow.read(writes);
      assertThat(slow.events(1, writes))
          .extracting(event -> event.getFact().getModRevision())
          .isEqualTo(LongStream.rangeClosed(1, writes).boxed().toList());
      await().until(() -> node.meters.get("stele.watch.lag").gauge().value(), is(0.0));
    }
  }

  @Test
  void aNodeThatStopsTellsItsWatchersAndEndsTheirStreams() {
    call.send(WatchCall.create(1, "desired/"));
    call.next(1, CREATED);
    node.watches.stop();
    WatchProblem problem = call.next(1, ENDED).getEnded().getProblem();
    assertThat(problem.getReason()).isEqualTo("NO_QUORUM");
    assertThat(problem.getRetryAfterMillis()).isPositive();
    assertThat(call.end().getCode()).isEqualTo(Status.Code.OK);
  }
}
