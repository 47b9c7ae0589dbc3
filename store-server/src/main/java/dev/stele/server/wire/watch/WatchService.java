// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.watch;

import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.ReportApplied;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.server.core.model.Reason;
import dev.stele.server.watch.Problem;
import dev.stele.server.watch.WatchHub;
import dev.stele.server.watch.WatchStream;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Outflow;
import dev.stele.server.wire.call.StreamService;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.parse.WatchParser;

/**
 * The streams of watches. What is wrong with a request is answered on the stream, and its other
 * watches go on; only a caller of another cluster or epoch, and what is no request at all, end it.
 */
public final class WatchService implements StreamService<WatchRequest> {
  private final WatchHub hub;
  private final Headers headers;
  private final SharedHeader header;

  public WatchService(WireContext context, Headers headers, WatchHub hub) {
    this.hub = hub;
    this.headers = headers;
    this.header = new SharedHeader(context, headers);
  }

  @Override
  public Inflow<WatchRequest> open(Outflow outflow) {
    return new Requests(hub.open(new WatchOutlet(outflow, header)));
  }

  private final class Requests implements Inflow<WatchRequest> {
    private final WatchStream stream;
    private boolean checked;

    Requests(WatchStream stream) {
      this.stream = stream;
    }

    @Override
    public void request(WatchRequest request) {
      if (!checked || request.hasHeader()) {
        headers.checkRead(request.getHeader());
        checked = true;
      }
      long watchId = watchId(request);
      try {
        pass(request, watchId);
      } catch (RefusedException wrong) {
        stream.refuse(watchId, problem(wrong.failure()));
      }
    }

    private void pass(WatchRequest request, long watchId) {
      switch (request.getRequestCase()) {
        case CREATE -> create(request.getCreate());
        case CANCEL -> stream.cancel(watchId);
        case PROGRESS -> stream.progress(watchId);
        case REPORT -> report(request.getReport());
        case REQUEST_NOT_SET ->
            throw new RefusedException(
                Reason.INVALID_FIELD, "request", "request holds nothing that is known");
      }
    }

    private void create(CreateWatch create) {
      stream.create(WatchParser.create(create));
    }

    private void report(ReportApplied report) {
      long revision = WatchParser.reported(report);
      stream.report(report.getWatchId(), revision, report.getRefusal());
    }

    @Override
    public void ready() {
      stream.ready();
    }

    @Override
    public void finished() {
      stream.finish();
    }

    @Override
    public void gone() {
      stream.gone();
    }
  }

  private static long watchId(WatchRequest request) {
    return switch (request.getRequestCase()) {
      case CREATE -> request.getCreate().getWatchId();
      case CANCEL -> request.getCancel().getWatchId();
      case PROGRESS -> request.getProgress().getWatchId();
      case REPORT -> request.getReport().getWatchId();
      case REQUEST_NOT_SET -> 0;
    };
  }

  private static Problem problem(Failure failure) {
    return Problem.of(failure.reason(), failure.field(), failure.message());
  }
}
