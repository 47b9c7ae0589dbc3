// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.stele.proto.v1.ConfigDocument;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;
import dev.stele.server.core.command.Command;
import dev.stele.server.micro.Microbenchmark;
import dev.stele.server.micro.Puts;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to understand a put. */
@State(Scope.Benchmark)
public class PutBenchmark extends Microbenchmark {
  private final byte[] bytes = request().toByteArray();

  private static PutRequest request() {
    ConfigDocument body =
        ConfigDocument.newBuilder()
            .setContentType("application/octet-stream")
            .setDocument(ByteString.copyFrom(new byte[Puts.BODY_BYTES]))
            .build();
    SessionTag tag =
        SessionTag.newBuilder()
            .setId(ByteString.copyFrom(new byte[16]))
            .setSequence(1_000)
            .setAcknowledgedBelow(900)
            .setStoreTimeMillis(1_000_000)
            .build();
    return PutRequest.newBuilder()
        .setHeader(RequestHeader.newBuilder().setSession(tag))
        .setKey(ByteString.copyFromUtf8("config/000001"))
        .setBody(body.toByteString())
        .build();
  }

  /** From the bytes of a request to the command that is proposed. */
  @Benchmark
  public Command parse() throws InvalidProtocolBufferException {
    PutRequest request = PutRequest.parseFrom(bytes);
    return SessionParser.once(request.getHeader(), WriteParser.put(request));
  }
}
