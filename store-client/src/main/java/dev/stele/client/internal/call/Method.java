// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.CompactResponse;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.DeregisterMemberRequest;
import dev.stele.proto.v1.DeregisterMemberResponse;
import dev.stele.proto.v1.DrainClaimRequest;
import dev.stele.proto.v1.DrainClaimResponse;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetLeaseRequest;
import dev.stele.proto.v1.GetLeaseResponse;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseResponse;
import dev.stele.proto.v1.HashRequest;
import dev.stele.proto.v1.HashResponse;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.HelloResponse;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.ListLeasesRequest;
import dev.stele.proto.v1.ListLeasesResponse;
import dev.stele.proto.v1.ListMembersRequest;
import dev.stele.proto.v1.ListMembersResponse;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.MembersGrpc;
import dev.stele.proto.v1.NextClaimRequest;
import dev.stele.proto.v1.NextClaimResponse;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.RegisterMemberRequest;
import dev.stele.proto.v1.RegisterMemberResponse;
import dev.stele.proto.v1.ReleaseClaimRequest;
import dev.stele.proto.v1.ReleaseClaimResponse;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.ReleaseLeaseResponse;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.proto.v1.RenewLeaseResponse;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.proto.v1.ReportMembersResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.StatusRequest;
import dev.stele.proto.v1.StatusResponse;
import dev.stele.proto.v1.TakeoverClaimRequest;
import dev.stele.proto.v1.TakeoverClaimResponse;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import dev.stele.proto.v1.WatchGrpc;
import io.grpc.MethodDescriptor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call of the protocol.
 *
 * @param descriptor on the wire
 * @param header of its answers
 * @param write whether it may change something, so that it must not be sent twice without a session
 * @param piping how its calls go together with others; null for those that go alone
 */
public record Method<Q, A>(
    MethodDescriptor<Q, A> descriptor,
    Function<A, ResponseHeader> header,
    boolean write,
    @Nullable Piping<Q, A> piping) {
  public static final Method<PutRequest, PutResponse> PUT =
      new Method<>(FactsGrpc.getPutMethod(), PutResponse::getHeader, true, Piping.PUT);
  public static final Method<DeleteRequest, DeleteResponse> DELETE =
      new Method<>(FactsGrpc.getDeleteMethod(), DeleteResponse::getHeader, true, Piping.DELETE);
  public static final Method<TxnRequest, TxnResponse> TXN =
      new Method<>(FactsGrpc.getTxnMethod(), TxnResponse::getHeader, true, Piping.TXN);

  /** A transaction that changes nothing, whichever branch runs. */
  public static final Method<TxnRequest, TxnResponse> READ_TXN =
      new Method<>(FactsGrpc.getTxnMethod(), TxnResponse::getHeader, false, Piping.TXN);

  public static final Method<GetRequest, GetResponse> GET =
      new Method<>(FactsGrpc.getGetMethod(), GetResponse::getHeader, false, Piping.GET);
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

  public static final Method<AcquireLeaseRequest, AcquireLeaseResponse> ACQUIRE_LEASE =
      new Method<>(LeasesGrpc.getAcquireMethod(), AcquireLeaseResponse::getHeader, true);
  public static final Method<ReleaseLeaseRequest, ReleaseLeaseResponse> RELEASE_LEASE =
      new Method<>(LeasesGrpc.getReleaseMethod(), ReleaseLeaseResponse::getHeader, true);
  public static final Method<HandOverLeaseRequest, HandOverLeaseResponse> HAND_OVER_LEASE =
      new Method<>(LeasesGrpc.getHandOverMethod(), HandOverLeaseResponse::getHeader, true);

  /** Changes nothing that is stored, and may be sent any number of times. */
  public static final Method<RenewLeaseRequest, RenewLeaseResponse> RENEW_LEASE =
      new Method<>(LeasesGrpc.getRenewMethod(), RenewLeaseResponse::getHeader, false);

  public static final Method<GetLeaseRequest, GetLeaseResponse> GET_LEASE =
      new Method<>(LeasesGrpc.getGetLeaseMethod(), GetLeaseResponse::getHeader, false);
  public static final Method<ListLeasesRequest, ListLeasesResponse> LIST_LEASES =
      new Method<>(LeasesGrpc.getListLeasesMethod(), ListLeasesResponse::getHeader, false);

  public static final Method<RegisterMemberRequest, RegisterMemberResponse> REGISTER_MEMBER =
      new Method<>(MembersGrpc.getRegisterMethod(), RegisterMemberResponse::getHeader, true);
  public static final Method<DeregisterMemberRequest, DeregisterMemberResponse> DEREGISTER_MEMBER =
      new Method<>(MembersGrpc.getDeregisterMethod(), DeregisterMemberResponse::getHeader, true);

  /** What comes of a report that is sent twice is what comes of the last. */
  public static final Method<ReportMembersRequest, ReportMembersResponse> REPORT_MEMBERS =
      new Method<>(MembersGrpc.getReportMethod(), ReportMembersResponse::getHeader, false);

  public static final Method<ListMembersRequest, ListMembersResponse> LIST_MEMBERS =
      new Method<>(MembersGrpc.getListMembersMethod(), ListMembersResponse::getHeader, false);

  public static final Method<NextClaimRequest, NextClaimResponse> NEXT_CLAIM =
      new Method<>(ClaimsGrpc.getNextMethod(), NextClaimResponse::getHeader, true);
  public static final Method<TakeoverClaimRequest, TakeoverClaimResponse> TAKEOVER_CLAIM =
      new Method<>(ClaimsGrpc.getTakeoverMethod(), TakeoverClaimResponse::getHeader, true);
  public static final Method<DrainClaimRequest, DrainClaimResponse> DRAIN_CLAIM =
      new Method<>(ClaimsGrpc.getDrainMethod(), DrainClaimResponse::getHeader, true);
  public static final Method<ReleaseClaimRequest, ReleaseClaimResponse> RELEASE_CLAIM =
      new Method<>(ClaimsGrpc.getReleaseMethod(), ReleaseClaimResponse::getHeader, true);

  private Method(
      MethodDescriptor<Q, A> descriptor, Function<A, ResponseHeader> header, boolean write) {
    this(descriptor, header, write, null);
  }

  /** For people and metrics, for instance {@code Put}. */
  public String name() {
    return String.valueOf(descriptor.getBareMethodName());
  }
}
