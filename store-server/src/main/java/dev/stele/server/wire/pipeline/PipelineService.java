// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.pipeline;

import com.google.protobuf.Message;
import dev.stele.proto.v1.CallBatch;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.call.CallRuntime;
import dev.stele.server.wire.call.CallTimes;
import dev.stele.server.wire.call.Caller;
import dev.stele.server.wire.call.Outflow;
import dev.stele.server.wire.call.StreamService;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.facts.GatheredReads;
import dev.stele.server.wire.facts.ReadService;
import dev.stele.server.wire.facts.WriteService;
import java.util.concurrent.CompletableFuture;

/**
 * Streams of many calls, for clients that are busy: an HTTP/2 stream of its own costs a call more
 * than its work does. Each call is served by the handler of the method that it names, and counts
 * where one of its own would. Thread-safe.
 */
public final class PipelineService implements StreamService<CallBatch> {
  /** Calls of one message. */
  public static final int BATCH_MAX_CALLS = 1_024;

  /**
   * Calls of one stream that are under way or whose answers the caller has not taken: at so many
   * nothing more is read, so that there are never more than these and a message's.
   */
  public static final int STREAM_MAX_CALLS = 1_024;

  private final WriteService writes;
  private final ReadService reads;
  private final CallRuntime runtime;
  private final CallTimes times;
  private final OpenPipelines streams;

  public PipelineService(
      WriteService writes,
      ReadService reads,
      CallRuntime runtime,
      CallTimes times,
      OpenPipelines streams) {
    this.writes = writes;
    this.reads = reads;
    this.runtime = runtime;
    this.times = times;
    this.streams = streams;
  }

  CallRuntime runtime() {
    return runtime;
  }

  CallTimes times() {
    return times;
  }

  @Override
  public Inflow<CallBatch> open(Outflow outflow) {
    PipelineStream stream = new PipelineStream(this, Caller.KEY.get(), outflow);
    streams.began(stream);
    return stream;
  }

  OpenPipelines streams() {
    return streams;
  }

  /** A place for the reads of one batch. */
  GatheredReads gather() {
    return reads.gather();
  }

  /**
   * Has {@code call} answered, now or later; whatever goes wrong, it is.
   *
   * @param gathered takes its read, and is started when all of its batch are there
   */
  void serve(PipelinedCall call, GatheredReads gathered) {
    if (streams.isClosing()) {
      call.refuse(Failure.of(Reason.NO_QUORUM, "this node is stopping"));
      return;
    }
    try {
      CompletableFuture<? extends Answer<? extends Message>> unused =
          handled(call, gathered).whenComplete(call);
    } catch (RefusedException e) {
      call.refuse(e.failure());
    } catch (RuntimeException e) {
      call.refuse(runtime.unexpected(e));
    } catch (Error e) {
      call.refuse(runtime.unexpected(e));
      throw e;
    }
  }

  private CompletableFuture<? extends Answer<? extends Message>> handled(
      PipelinedCall pipelined, GatheredReads gathered) {
    Call call = pipelined.call();
    return switch (pipelined.kind()) {
      case PUT -> writes.put(call, pipelined.message().getPut());
      case DELETE -> writes.delete(call, pipelined.message().getDelete());
      case TXN -> writes.txn(call, pipelined.message().getTxn());
      case GET -> reads.get(call, pipelined.message().getGet(), gathered);
      case NOTHING ->
          throw new RefusedException(
              Reason.INVALID_FIELD, "request", "request holds nothing that is known");
    };
  }
}
