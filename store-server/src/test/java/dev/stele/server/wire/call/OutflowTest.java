// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.Failure;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes out of a stream, and when its next request may come in. */
final class OutflowTest {
  private static final List<Bytes> PARTS =
      List.of(Bytes.utf8("one"), Bytes.EMPTY, Bytes.utf8("two"), Bytes.utf8("x"));

  private final FakeCall call = new FakeCall();
  private final Outflow outflow = new Outflow(call, new CallMeter());

  @Test
  void whoTakesNoAnswersIsAskedForNoMoreRequests() {
    outflow.taken();
    assertThat(call.requested).isEqualTo(1);
    call.ready = false;
    outflow.taken();
    outflow.requestIfReady();
    assertThat(call.requested).isEqualTo(1);
    call.ready = true;
    outflow.requestIfReady();
    outflow.requestIfReady();
    assertThat(call.requested).isEqualTo(2);
  }

  @Test
  void nothingFollowsTheEnd() {
    outflow.send(PARTS);
    outflow.end();
    outflow.send(PARTS);
    outflow.fail(Failure.of(Reason.OVERLOADED, "late"));
    outflow.taken();
    assertThat(call.messages).hasSize(1);
    assertThat(call.closed).containsExactly(Status.Code.OK);
    assertThat(call.requested).isZero();
  }

  @Test
  void aFailureEndsTheCallWithItsStatus() {
    outflow.fail(Failure.of(Reason.WRONG_EPOCH, "header.epoch", "another one"));
    outflow.end();
    assertThat(call.closed).containsExactly(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void theDrainedMessageIsItsPartsOneBehindTheOther() throws IOException {
    Reply reply = Reply.of(PARTS);
    assertThat(reply.sizeBytes()).isEqualTo(7);
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (PartsStream stream = (PartsStream) reply.stream().get()) {
      assertThat(stream.available()).isEqualTo(7);
      assertThat(stream.drainTo(target)).isEqualTo(7);
      assertThat(stream.available()).isZero();
    }
    assertThat(target.toString(StandardCharsets.UTF_8)).isEqualTo("onetwox");
  }

  @Test
  void theReadMessageIsTheSameHoweverItIsRead() throws IOException {
    for (int step = 1; step <= 8; step++) {
      ByteArrayOutputStream target = new ByteArrayOutputStream();
      try (InputStream stream = Reply.of(PARTS).stream().get()) {
        byte[] buffer = new byte[step];
        int first = stream.read();
        target.write(first);
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
          target.write(buffer, 0, count);
        }
        assertThat(stream.read()).isEqualTo(-1);
      }
      assertThat(target.toString(StandardCharsets.UTF_8)).isEqualTo("onetwox");
    }
  }

  private static final class FakeCall extends ServerCall<RequestBytes, Reply> {
    private final List<Reply> messages = new ArrayList<>();
    private final List<Status.Code> closed = new ArrayList<>();
    private boolean ready = true;
    private int requested;

    @Override
    public void request(int count) {
      requested += count;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      assertThat(messages).isEmpty();
    }

    @Override
    public void sendMessage(Reply message) {
      messages.add(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed.add(status.getCode());
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<RequestBytes, Reply> getMethodDescriptor() {
      throw new UnsupportedOperationException("nobody asks");
    }
  }
}
