// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.wire.error.Statuses;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replies that callers do not take are bounded. */
final class ResponderTest {
  private static final GetResponse REPLY =
      GetResponse.newBuilder()
          .setHeader(ResponseHeader.newBuilder().setClusterId("c".repeat(96)))
          .build();

  private final Budget replies = new Budget(Integer.MAX_VALUE, 2L * REPLY.getSerializedSize());
  private final CallRuntime runtime = new CallRuntime(() -> 0, (what, cause) -> {}, replies);

  private Responder<GetResponse> answered(Effect effect, FakeCall call) {
    Responder<GetResponse> responder = new Responder<>(call, effect, runtime);
    responder.answer(new Answer.Given<>(REPLY));
    return responder;
  }

  @Test
  void aReadBeyondTheBoundIsRefusedUntilSomeoneTakesHisReply() {
    FakeCall third = new FakeCall();
    FakeCall fourth = new FakeCall();
    Responder<GetResponse> first = answered(Effect.READ, new FakeCall());
    answered(Effect.READ, new FakeCall());
    answered(Effect.READ, third);
    first.ended();
    answered(Effect.READ, fourth);
    assertThat(third.closed).containsExactly("OVERLOADED");
    assertThat(fourth.closed).containsExactly("OK");
  }

  @Test
  void aWritesAnswerIsGivenEvenSo() {
    FakeCall write = new FakeCall();
    answered(Effect.READ, new FakeCall());
    answered(Effect.READ, new FakeCall());
    answered(Effect.WRITE, write);
    assertThat(write.closed).containsExactly("OK");
  }

  @Test
  void aReplyToACallerWhoWentAwayIsNotHeld() {
    Responder<GetResponse> responder = new Responder<>(new FakeCall(), Effect.READ, runtime);
    responder.ended();
    responder.answer(new Answer.Given<>(REPLY));
    assertThat(replies.bytes()).isZero();
    assertThat(replies.count()).isZero();
  }

  @Test
  void aCallIsAnsweredOnce() {
    FakeCall call = new FakeCall();
    Responder<GetResponse> responder = answered(Effect.READ, call);
    responder.answer(new Answer.Given<>(REPLY));
    responder.ended();
    assertThat(call.closed).containsExactly("OK");
  }

  /** Notes how it was closed. */
  private static final class FakeCall extends ServerCall<RequestBytes, Reply> {
    final List<String> closed = new ArrayList<>();

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Reply message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      String reason = trailers.get(Statuses.REASON);
      closed.add(reason == null ? status.getCode().name() : reason);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<RequestBytes, Reply> getMethodDescriptor() {
      return FactsGrpc.getGetMethod().toBuilder(RequestBytes.MARSHALLER, Reply.MARSHALLER).build();
    }
  }
}
