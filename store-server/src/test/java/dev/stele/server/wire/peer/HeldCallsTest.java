// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.server.port.Network;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A call through a network that lets steps pass only when the test says so. */
final class HeldCallsTest {
  private static final Context.Key<String> WHO = Context.key("who");

  private final StepByStep network = new StepByStep();
  private final HeldCalls calls = new HeldCalls(network, "n0");
  private final RecordedCall call = new RecordedCall();
  private final List<String> arrived = new ArrayList<>();

  @Test
  void nothingArrivesBeforeItMayAndThenAllOfItInOrderAndInTheCallersContext() {
    ServerCall.Listener<GetRequest> listener = begin(new Metadata());
    Context.current()
        .withValue(WHO, "another")
        .run(() -> listener.onMessage(GetRequest.getDefaultInstance()));
    listener.onHalfClose();
    assertThat(arrived).isEmpty();
    network.passAll();
    assertThat(arrived)
        .containsExactly("begun by the caller", "message by the caller", "end by the caller");
  }

  @Test
  void anAnswerLeavesOnlyWhenItMay() {
    begin(new Metadata());
    network.passAll();
    ServerCall<GetRequest, GetResponse> answers = call.handled;
    answers.sendHeaders(new Metadata());
    answers.sendMessage(GetResponse.getDefaultInstance());
    answers.close(Status.OK, new Metadata());
    answers.close(Status.INTERNAL, new Metadata());
    assertThat(call.sent).isEmpty();
    network.passAll();
    assertThat(call.sent).containsExactly("headers", "message", "OK");
  }

  @Test
  void theLaneIsTheOneBetweenThisNodeAndTheOneThatCalls() {
    Metadata headers = new Metadata();
    headers.put(Credentials.MEMBER, "n2");
    begin(headers);
    begin(new Metadata());
    assertThat(network.lanes).containsExactly("n0 n2", "n0 n2", "n0", "n0");
  }

  @Test
  void aCallForWhichThereIsNoRoomIsUnavailableAndNeverBegins() {
    network.full = true;
    ServerCall.Listener<GetRequest> listener = begin(new Metadata());
    listener.onCancel();
    network.full = false;
    listener.onComplete();
    network.passAll();
    assertThat(call.sent).containsExactly("UNAVAILABLE");
    assertThat(arrived).isEmpty();
  }

  @Test
  void whatStillWaitsOfACallThatWasBrokenOffIsDropped() {
    ServerCall.Listener<GetRequest> listener = begin(new Metadata());
    network.full = true;
    listener.onMessage(GetRequest.getDefaultInstance());
    network.passAll();
    assertThat(call.sent).containsExactly("UNAVAILABLE");
    assertThat(arrived).isEmpty();
  }

  private ServerCall.Listener<GetRequest> begin(Metadata headers) {
    Context context = Context.current().withValue(WHO, "the caller");
    Context outer = context.attach();
    try {
      return calls.interceptCall(
          call,
          headers,
          (handled, unused) -> {
            call.handled = handled;
            note("begun");
            return new ServerCall.Listener<>() {
              @Override
              public void onMessage(GetRequest message) {
                note("message");
              }

              @Override
              public void onHalfClose() {
                note("end");
              }

              @Override
              public void onCancel() {
                note("cancelled");
              }

              @Override
              public void onComplete() {
                note("complete");
              }
            };
          });
    } finally {
      context.detach(outer);
    }
  }

  private void note(String what) {
    arrived.add(what + " by " + WHO.get());
  }

  private static final class StepByStep implements Network {
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private final List<String> lanes = new ArrayList<>();
    private boolean full;

    @Override
    public boolean delivers(String from, String to) {
      return true;
    }

    @Override
    public Executor lane(String node, Supplier<Optional<String>> peer) {
      lanes.add(node + peer.get().map(it -> " " + it).orElse(""));
      return step -> {
        if (full) {
          throw new RejectedExecutionException("full");
        }
        steps.addLast(step);
      };
    }

    void passAll() {
      while (!steps.isEmpty()) {
        steps.removeFirst().run();
      }
    }
  }

  private static final class RecordedCall extends ServerCall<GetRequest, GetResponse> {
    private final List<String> sent = new ArrayList<>();
    private ServerCall<GetRequest, GetResponse> handled = this;

    @Override
    public void request(int messages) {
      sent.add("request");
    }

    @Override
    public void sendHeaders(Metadata headers) {
      sent.add("headers");
    }

    @Override
    public void sendMessage(GetResponse message) {
      sent.add("message");
    }

    @Override
    public void close(Status status, Metadata trailers) {
      sent.add(status.getCode().name());
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<GetRequest, GetResponse> getMethodDescriptor() {
      return FactsGrpc.getGetMethod();
    }
  }
}
