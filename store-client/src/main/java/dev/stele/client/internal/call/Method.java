// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.CompactResponse;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HashRequest;
import dev.stele.proto.v1.HashResponse;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.HelloResponse;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.StatusRequest;
import dev.stele.proto.v1.StatusResponse;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import dev.stele.proto.v1.WatchGrpc;
import io.grpc.MethodDescriptor;
import java.util.function.Function;

/**
 * A call of the protocol.
 *
 * @param descriptor on the wire
 * @param header of its answers
 * @param write whether it may change something, so that it must not be sent twice without a session
 */
public record Method<Q, A>(
    MethodDescriptor<Q, A> descriptor, Function<A, ResponseHeader> header, boolean write) {
  public static final Method<PutRequest, PutResponse> PUT =
      new Method<>(FactsGrpc.getPutMethod(), PutResponse::getHeader, true);
  public static final Method<DeleteRequest, DeleteResponse> DELETE =
      new Method<>(FactsGrpc.getDeleteMethod(), DeleteResponse::getHeader, true);
  public static final Method<TxnRequest, TxnResponse> TXN =
      new Method<>(FactsGrpc.getTxnMethod(), TxnResponse::getHeader, true);

  /** A transaction that changes nothing, whichever branch runs. */
  public static final Method<TxnRequest, TxnResponse> READ_TXN =
      new Method<>(FactsGrpc.getTxnMethod(), TxnResponse::getHeader, false);

  public static final Method<GetRequest, GetResponse> GET =
      new Method<>(FactsGrpc.getGetMethod(), GetResponse::getHeader, false);
  public static final Method<ListRequest, ListResponse> LIST =
      new Method<>(FactsGrpc.getListMethod(), ListResponse::getHeader, false);
  public static final Method<HistoryRequest, HistoryResponse> HISTORY =
      new Method<>(FactsGrpc.getHistoryMethod(), HistoryResponse::getHeader, false);
  public static final Method<StatusRequest, StatusResponse> STATUS =
      new Method<>(ClusterGrpc.getStatusMethod(), StatusResponse::getHeader, false);
  public static final Method<HelloRequest, HelloResponse> HELLO =
      new Method<>(ClusterGrpc.getHelloMethod(), HelloResponse::getHeader, false);

  public static final Method<HashRequest, HashResponse> HASH =
      new Method<>(ClusterGrpc.getHashMethod(), HashResponse::getHeader, false);

  public static final Method<CompactRequest, CompactResponse> COMPACT =
      new Method<>(MaintenanceGrpc.getCompactMethod(), CompactResponse::getHeader, true);

  public static final Method<AwaitAppliedRequest, AwaitAppliedResponse> AWAIT_APPLIED =
      new Method<>(WatchGrpc.getAwaitAppliedMethod(), AwaitAppliedResponse::getHeader, false);

  /** For people and metrics, for instance {@code Put}. */
  public String name() {
    return String.valueOf(descriptor.getBareMethodName());
  }
}
