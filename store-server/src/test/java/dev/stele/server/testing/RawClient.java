// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.CompactResponse;
import dev.stele.proto.v1.ConfigDocument;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HashRequest;
import dev.stele.proto.v1.HashResponse;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ReadMode;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The generated stubs at one node: no retries, no failover, nothing that could hide a failure. */
final class RawClient implements AutoCloseable {
  private static final Metadata.Key<String> REASON =
      Metadata.Key.of("stele-reason", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;

  RawClient(String endpoint) {
    channel =
        NettyChannelBuilder.forTarget("dns:///" + endpoint).usePlaintext().directExecutor().build();
  }

  PutResponse put(String key, String text) {
    return put(key, text, Duration.ofSeconds(5));
  }

  PutResponse put(String key, String text, Duration deadline) {
    return put(PutRequest.newBuilder().setKey(utf8(key)).setBody(body(text)).build(), deadline);
  }

  PutResponse put(PutRequest request, Duration deadline) {
    return facts(deadline).put(request);
  }

  PutResponse putBytes(String key, ByteString body) {
    return facts(Duration.ofSeconds(5))
        .put(PutRequest.newBuilder().setKey(utf8(key)).setBody(body).build());
  }

  GetResponse get(String key) {
    return get(key, ReadMode.getDefaultInstance(), Duration.ofSeconds(5));
  }

  GetResponse getLocal(String key) {
    ReadMode local = ReadMode.newBuilder().setLocal(ReadMode.Local.getDefaultInstance()).build();
    return get(key, local, Duration.ofSeconds(5));
  }

  GetResponse get(String key, ReadMode mode, Duration deadline) {
    return facts(deadline).get(GetRequest.newBuilder().setKey(utf8(key)).setRead(mode).build());
  }

  ListResponse list(ListRequest request) {
    return facts(Duration.ofSeconds(5)).list(request);
  }

  HistoryResponse history(String key) {
    return facts(Duration.ofSeconds(5))
        .history(HistoryRequest.newBuilder().setKey(utf8(key)).build());
  }

  TxnResponse txn(TxnRequest request) {
    return facts(Duration.ofSeconds(5)).txn(request);
  }

  DeleteResponse delete(String key) {
    return facts(Duration.ofSeconds(5))
        .delete(DeleteRequest.newBuilder().setKey(utf8(key)).build());
  }

  CompactResponse compact(long revision) {
    return MaintenanceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .compact(CompactRequest.newBuilder().setRevision(revision).build());
  }

  HashResponse hash() {
    return ClusterGrpc.newBlockingStub(channel)
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .hash(HashRequest.getDefaultInstance());
  }

  private FactsGrpc.FactsBlockingStub facts(Duration deadline) {
    return FactsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The reason of a failure, as it stands in its trailers. */
  static String reason(StatusRuntimeException failure) {
    Metadata trailers = failure.getTrailers();
    String reason = trailers == null ? null : trailers.get(REASON);
    return reason == null ? failure.getStatus().getCode().name() : reason;
  }

  static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** A body of the kind {@code config}. */
  static ByteString body(String text) {
    return ConfigDocument.newBuilder()
        .setContentType("text/plain")
        .setDocument(utf8(text))
        .build()
        .toByteString();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
