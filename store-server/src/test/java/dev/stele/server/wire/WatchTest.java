// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.proto.v1.WatchResponse.ResponseCase.CREATED;
import static dev.stele.proto.v1.WatchResponse.ResponseCase.ENDED;
import static dev.stele.proto.v1.WatchResponse.ResponseCase.PROGRESS;
import static dev.stele.server.wire.Requests.delete;
import static dev.stele.server.wire.Requests.put;
import static dev.stele.server.wire.Requests.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchResponse;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
    var unused = node.facts().put(put(key).build());
  }

  @Test
  void aWatchFromNowSeesWhatComesAndNothingOlder() {
    write("desired/a");
    call.send(WatchCall.create(1, "desired/"));
    assertThat(call.next(1, CREATED).getCreated().getNextRevision()).isEqualTo(2);
    write("desired/b");
    var unusedToo = node.facts().put(put("config/c").setBody(Requests.config(20)).build());
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
}
