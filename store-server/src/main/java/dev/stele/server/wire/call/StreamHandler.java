// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.ApiSettings;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;

/**
 * Serves the calls of one method whose both sides stream: hands its requests to a {@link
 * StreamService}, one when the one before was dealt with. Such a call has no deadline of ours.
 */
final class StreamHandler<Q extends Message> implements ServerCallHandler<RequestBytes, Reply> {
  private final Parsing<Q> parsing;
  private final StreamService<Q> service;

  StreamHandler(Q prototype, StreamService<Q> service) {
    this.parsing = new Parsing<>(prototype, false);
    this.service = service;
  }

  @Override
  public ServerCall.Listener<RequestBytes> startCall(
      ServerCall<RequestBytes, Reply> call, Metadata headers) {
    CallMeter meter = CallMeter.KEY.get();
    Outflow outflow = new Outflow(call, meter);
    Listener listener = new Listener(service.open(outflow), outflow, meter);
    call.request(1);
    return listener;
  }

  private final class Listener extends ServerCall.Listener<RequestBytes> {
    private final StreamService.Inflow<Q> inflow;
    private final Outflow outflow;
    private final CallMeter meter;
    private boolean failed;

    Listener(StreamService.Inflow<Q> inflow, Outflow outflow, CallMeter meter) {
      this.inflow = inflow;
      this.outflow = outflow;
      this.meter = meter;
    }

    @Override
    public void onMessage(RequestBytes message) {
      if (failed) {
        return;
      }
      byte[] bytes = message.bytes();
      if (bytes == null) {
        fail(
            Failure.of(
                Reason.BODY_TOO_LARGE,
                "request",
                "more than " + ApiSettings.REQUEST_MAX_BYTES + " bytes"));
        return;
      }
      // A compressed request is longer than what came in.
      long unfolded = bytes.length - meter.held();
      if (unfolded > 0 && !meter.hold(unfolded)) {
        return;
      }
      // What is begun on behalf of many must not end with this call.
      Context callers = Context.ROOT.attach();
      try {
        inflow.request(parsing.parse(bytes));
      } catch (RefusedException e) {
        fail(e.failure());
      } finally {
        Context.ROOT.detach(callers);
      }
    }

    private void fail(Failure failure) {
      failed = true;
      outflow.fail(failure);
      inflow.gone();
    }

    @Override
    public void onReady() {
      outflow.requestIfReady();
      inflow.ready();
    }

    @Override
    public void onHalfClose() {
      if (!failed) {
        inflow.finished();
      }
    }

    @Override
    public void onCancel() {
      outflow.gone();
      inflow.gone();
    }

    @Override
    public void onComplete() {
      inflow.gone();
    }
  }
}
