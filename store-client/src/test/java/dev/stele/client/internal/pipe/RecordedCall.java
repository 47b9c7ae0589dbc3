// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import com.google.protobuf.ByteString;
import dev.stele.client.error.SteleException;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/** A put that keeps what it is told. */
class RecordedCall extends PipedCall {
  private final RequestHeader header;
  private final PutRequest request;
  final List<String> told = new ArrayList<>();

  RecordedCall() {
    this(RequestHeader.getDefaultInstance(), 0);
  }

  RecordedCall(RequestHeader header, int bytes) {
    this.header = header;
    this.request = PutRequest.newBuilder().setBody(ByteString.copyFrom(new byte[bytes])).build();
  }

  @Override
  protected RequestHeader sharedHeader() {
    return header;
  }

  @Override
  protected void fill(PipelineCall.Builder call) {
    call.setPut(request);
  }

  @Override
  protected void answered(ResponseHeader shared, PipelineAnswer answer) {
    told.add("answered by " + shared.getMember());
  }

  @Override
  protected void gaveUp(Status status, boolean sent) {
    told.add("gave up " + (sent ? "sent: " : "unsent: ") + status.getCode());
  }

  @Override
  protected void broken(Status status, Metadata trailers, boolean sent, boolean served) {
    told.add(
        "broken "
            + (sent ? "sent: " : "unsent: ")
            + status.getCode()
            + (served ? " after answers" : ""));
  }

  @Override
  protected void refused(SteleException reason) {
    told.add("refused: " + reason.reason());
  }

  @Override
  protected void failed(RuntimeException fault) {
    told.add("failed: " + fault.getMessage());
  }
}
