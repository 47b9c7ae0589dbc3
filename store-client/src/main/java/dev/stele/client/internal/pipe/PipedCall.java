// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import dev.stele.client.error.SteleException;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One call through a {@link Pipe}. It is told how it ended exactly once: on the pipe's loop, or if
 * it is refused, where it was sent from.
 */
public abstract class PipedCall {
  /** Where a call is on its way. */
  enum Stage {
    WAITING,
    SENT,
    ENDED
  }

  /** Behind it in an {@link Inbox}. */
  @Nullable PipedCall next;

  // Of the loop, once the call is in its pipe.
  Stage stage = Stage.WAITING;
  long id;
  long deadlineNanos;
  @Nullable PipelineCall message;

  /** Cluster and epoch that it is sent to. Goes along once for all calls that leave together. */
  protected abstract RequestHeader sharedHeader();

  /** Sets the request, whose own header leaves out what the shared one says. */
  protected abstract void fill(PipelineCall.Builder call);

  /**
   * It was answered or refused by the node.
   *
   * @param shared what the answer's own header lies over
   */
  protected abstract void answered(ResponseHeader shared, PipelineAnswer answer);

  /**
   * Its time is over, or it was cancelled.
   *
   * @param sent whether it may have left this process
   */
  protected abstract void gaveUp(Status status, boolean sent);

  /**
   * The stream has ended.
   *
   * @param served whether the node had answered anything on it: if it had, the end says nothing of
   *     what became of this call
   */
  protected abstract void broken(Status status, Metadata trailers, boolean sent, boolean served);

  /** It can't be sent, and was not. */
  protected abstract void refused(SteleException reason);

  /** What this class's own code threw at an answer. */
  protected abstract void failed(RuntimeException fault);
}
