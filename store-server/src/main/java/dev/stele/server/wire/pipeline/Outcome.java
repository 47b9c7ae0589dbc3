// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.pipeline;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.core.model.Bytes;
import java.io.IOException;

/** What a call is answered with, ready to be written behind the header of its batch. */
sealed interface Outcome {
  /** Bytes of the outcome itself, without its tag and length. */
  int bytes();

  /** Writes it as the field of {@link PipelineAnswer} that it is, length first. */
  void writeTo(CodedOutputStream output) throws IOException;

  /** The field of {@link PipelineAnswer}. */
  int field();

  /**
   * A response of this node.
   *
   * @param bare without its header
   * @param header is part of what it says
   * @param exact whether it must be this header; a later one does as well otherwise
   */
  record Given(int field, Message bare, ResponseHeader header, boolean exact) implements Outcome {
    @Override
    public int bytes() {
      return bare.getSerializedSize();
    }

    @Override
    public void writeTo(CodedOutputStream output) throws IOException {
      output.writeMessageNoTag(bare);
    }
  }

  /** A response that another node gave: with its header, which is not ours to merge. */
  record Passed(int field, Bytes response) implements Outcome {
    @Override
    public int bytes() {
      return response.length();
    }

    @Override
    public void writeTo(CodedOutputStream output) throws IOException {
      output.writeByteArrayNoTag(response.unsafeArray());
    }
  }

  /** A refusal; it has no header. */
  record Refused(com.google.rpc.Status status) implements Outcome {
    @Override
    public int field() {
      return PipelineAnswer.REFUSED_FIELD_NUMBER;
    }

    @Override
    public int bytes() {
      return status.getSerializedSize();
    }

    @Override
    public void writeTo(CodedOutputStream output) throws IOException {
      output.writeMessageNoTag(status);
    }
  }
}
