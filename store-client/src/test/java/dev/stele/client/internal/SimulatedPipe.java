// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.internal.pipe.Loop;
import dev.stele.proto.v1.AnswerBatch;
import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.HashSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stream of many calls over a {@link SimulatedNetwork}: it may not come about, may be slow to
 * take more, and when it breaks, all that is on it does.
 */
final class SimulatedPipe extends ClientCall<CallBatch, AnswerBatch> {
  private final SimulatedNetwork network;
  private final SimulatedTime time;
  private final Random random;
  private final int node;
  private final Set<Long> open = new HashSet<>();
  private @Nullable Listener<AnswerBatch> listener;
  private boolean ready;
  private boolean closed;

  SimulatedPipe(SimulatedNetwork network, SimulatedTime time, Random random, int node) {
    this.network = network;
    this.time = time;
    this.random = random;
    this.node = node;
  }

  /** The loop of a simulation: its one thread, where tasks are events like all others. */
  static Loop loop(SimulatedTime time) {
    return new Loop() {
      @Override
      public void execute(Runnable task) {
        time.schedule(0, task);
      }

      @Override
      public void schedule(long delayNanos, Runnable task) {
        time.schedule(delayNanos, task);
      }
    };
  }

  @Override
  public void start(Listener<AnswerBatch> answers, Metadata headers) {
    listener = answers;
    if (network.connects()) {
      time.schedule(network.delayNanos(), this::becomeReady);
    } else {
      Status status = Status.UNAVAILABLE.withDescription("can't connect");
      time.schedule(network.delayNanos(), () -> end(status));
    }
  }

  private void becomeReady() {
    ready = true;
    if (!closed && listener != null) {
      listener.onReady();
    }
  }

  @Override
  public boolean isReady() {
    return ready && !closed;
  }

  @Override
  public void sendMessage(CallBatch batch) {
    if (!isReady()) {
      throw new IllegalStateException("sent to a stream that is not ready");
    }
    open.removeAll(batch.getCancelledList());
    for (PipelineCall call : batch.getCallsList()) {
      if (!open.add(call.getId())) {
        throw new IllegalStateException("two calls are called " + call.getId());
      }
      PutRequest put =
          call.getPut().toBuilder()
              .setHeader(FakePipeline.under(batch, call.getPut().getHeader()))
              .build();
      time.schedule(0, () -> send(call.getId(), put));
    }
    if (random.nextInt(4) == 0) {
      ready = false;
      time.schedule(network.delayNanos(), this::becomeReady);
    }
  }

  private void send(long id, PutRequest put) {
    if (!closed) {
      network.send(node, new One(id), put);
    }
  }

  @Override
  public void request(int count) {
    // Answers are as many as calls: there is no flow to control.
  }

  @Override
  public void halfClose() {
    throw new IllegalStateException("the stream stays open");
  }

  @Override
  public void cancel(@Nullable String reason, @Nullable Throwable cause) {
    end(Status.CANCELLED.withDescription(reason));
  }

  private void end(Status status) {
    if (!closed) {
      closed = true;
      Objects.requireNonNull(listener, "listener").onClose(status, new Metadata());
    }
  }

  private void answer(long id, ResponseHeader shared, PipelineAnswer.Builder answer) {
    // Now and then also what is late, or comes twice.
    boolean awaited = open.remove(id);
    if (!closed && (awaited || random.nextBoolean())) {
      Objects.requireNonNull(listener, "listener")
          .onMessage(
              AnswerBatch.newBuilder().setHeader(shared).addAnswers(answer.setId(id)).build());
    }
  }

  /** One call on it. */
  private final class One implements SimulatedExchange {
    private final long id;

    One(long id) {
      this.id = id;
    }

    @Override
    public void sent() {
      // A stream that has taken it counts it as sent.
    }

    @Override
    public void closeUnsent(Status status) {
      end(status);
    }

    @Override
    public void answer(Object response) {
      PutResponse put = (PutResponse) response;
      boolean own = random.nextBoolean();
      SimulatedPipe.this.answer(
          id,
          own ? ResponseHeader.getDefaultInstance() : put.getHeader(),
          PipelineAnswer.newBuilder().setPut(own ? put : put.toBuilder().clearHeader().build()));
    }

    @Override
    public void close(Status status, @Nullable Metadata trailers) {
      if (trailers == null) {
        end(status);
      } else {
        SimulatedPipe.this.answer(
            id,
            ResponseHeader.getDefaultInstance(),
            PipelineAnswer.newBuilder()
                .setRefused(
                    Objects.requireNonNull(
                        StatusProto.fromStatusAndTrailers(status, trailers), "status")));
      }
    }
  }
}
