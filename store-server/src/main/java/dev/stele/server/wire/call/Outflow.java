// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.Statuses;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;

/**
 * What goes out of one streaming call, and the permission for its next request. Any thread; what is
 * sent after the end is dropped.
 */
public final class Outflow {
  private final ServerCall<RequestBytes, Reply> call;
  private final CallMeter meter;
  private boolean begun;
  private boolean ended;
  private boolean owesRequest;

  Outflow(ServerCall<RequestBytes, Reply> call, CallMeter meter) {
    this.call = call;
    this.meter = meter;
  }

  /** Whether what is sent now goes out soon, instead of piling up. */
  public boolean isReady() {
    return call.isReady();
  }

  /** The connection that the call came on. */
  public Line line() {
    return meter.line();
  }

  /** Room for the calls that come on this one. */
  public Places places() {
    return meter.places();
  }

  /** Gives back what the last request held: what is to be held of it is counted elsewhere. */
  public void unhold() {
    meter.giveBack();
  }

  /** Until when the caller must take what was sent, on the node's ticker; it is cut off then. */
  public void expireAt(long nanos) {
    meter.expireAt(nanos);
  }

  /** The caller takes what is sent. */
  public void expireNever() {
    meter.expireNever();
  }

  /** Sends the message that {@code parts} are when they are put together. */
  public synchronized void send(List<Bytes> parts) {
    if (!ended) {
      begin();
      call.sendMessage(Reply.of(parts));
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      call.sendHeaders(new Metadata());
    }
  }

  /**
   * A request was dealt with: the next one may come, as soon as the caller takes what it is
   * answered. One who asks and asks and takes nothing can't fill the memory with answers.
   */
  public synchronized void taken() {
    meter.giveBack();
    owesRequest = true;
    requestIfReady();
  }

  synchronized void requestIfReady() {
    if (owesRequest && !ended && call.isReady()) {
      owesRequest = false;
      call.request(1);
    }
  }

  /** Ends the call as it should. */
  public synchronized void end() {
    if (!ended) {
      ended = true;
      begin();
      call.close(Status.OK, new Metadata());
    }
  }

  /** Ends the call for {@code failure}. */
  public synchronized void fail(Failure failure) {
    if (!ended) {
      ended = true;
      call.close(Statuses.status(failure), Statuses.trailers(failure));
    }
  }

  synchronized void gone() {
    ended = true;
  }
}
