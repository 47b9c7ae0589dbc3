// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.pipeline;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.stele.proto.v1.AnswerBatch;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.core.model.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one {@link AnswerBatch}: as many as share a header, which is told once.
 *
 * <p>A read's header is part of what it says (who watches from its revision must miss nothing), so
 * that reads go together only with reads of the same. A write's header may as well be a later one.
 * What another node answered brings its own, and goes without any of ours: laid over ours, what it
 * leaves empty would be filled in.
 */
final class Parcel {
  /** Answers of one message. */
  static final int MAX_ANSWERS = 1_024;

  /** Bytes of one message, but for a single answer that is longer. */
  static final int MAX_BYTES = 1 << 20;

  private final List<Answered> answers = new ArrayList<>();
  private @Nullable ResponseHeader header;
  private boolean exact;
  private boolean passed;
  private int bytes;

  /** A call and its answer. */
  interface Answered {
    long id();

    Outcome outcome();
  }

  /** Adds {@code answer} if it may go with the others; the first one always may. */
  boolean add(Answered answer) {
    Outcome outcome = answer.outcome();
    int more = answerBytes(answer.id(), outcome);
    int framed = more + framing(AnswerBatch.ANSWERS_FIELD_NUMBER, more);
    boolean full = answers.size() >= MAX_ANSWERS || bytes + framed > MAX_BYTES;
    if ((full && !answers.isEmpty()) || !agrees(outcome)) {
      return false;
    }
    bytes += framed;
    answers.add(answer);
    return true;
  }

  /** Whether all can share a header; takes that of {@code outcome} if so, where it is the one. */
  private boolean agrees(Outcome outcome) {
    if (outcome instanceof Outcome.Passed) {
      passed |= header == null;
      return header == null;
    }
    if (!(outcome instanceof Outcome.Given given)) {
      return true;
    }
    if (passed) {
      return false;
    }
    boolean isTold = header != null && header.equals(given.header());
    boolean isLater =
        header == null || (!exact && given.header().getRevision() >= header.getRevision());
    if (!isTold && isLater) {
      header = given.header();
    } else if (!isTold && (given.exact() || given.header().getRevision() > header.getRevision())) {
      return false;
    }
    exact |= given.exact();
    return true;
  }

  /** The message. */
  Bytes encoded() {
    int size = bytes;
    if (header != null) {
      size += CodedOutputStream.computeMessageSize(AnswerBatch.HEADER_FIELD_NUMBER, header);
    }
    byte[] message = new byte[size];
    CodedOutputStream output = CodedOutputStream.newInstance(message);
    try {
      if (header != null) {
        output.writeMessage(AnswerBatch.HEADER_FIELD_NUMBER, header);
      }
      for (Answered answer : answers) {
        write(output, answer.id(), answer.outcome());
      }
      output.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("an array does not fail", e);
    }
    return Bytes.wrap(message);
  }

  private static void write(CodedOutputStream output, long id, Outcome outcome) throws IOException {
    output.writeTag(AnswerBatch.ANSWERS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    output.writeUInt32NoTag(answerBytes(id, outcome));
    output.writeUInt64(PipelineAnswer.ID_FIELD_NUMBER, id);
    output.writeTag(outcome.field(), WireFormat.WIRETYPE_LENGTH_DELIMITED);
    outcome.writeTo(output);
  }

  /** Of a {@link PipelineAnswer}. */
  private static int answerBytes(long id, Outcome outcome) {
    int inner = outcome.bytes();
    return CodedOutputStream.computeUInt64Size(PipelineAnswer.ID_FIELD_NUMBER, id)
        + framing(outcome.field(), inner)
        + inner;
  }

  private static int framing(int field, int length) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(length);
  }
}
