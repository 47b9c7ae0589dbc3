// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.proto.v1.DeregisterMemberRequest;
import dev.stele.proto.v1.DeregisterMemberResponse;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.ListMembersRequest;
import dev.stele.proto.v1.ListMembersResponse;
import dev.stele.proto.v1.MembersGrpc;
import dev.stele.proto.v1.RegisterMemberRequest;
import dev.stele.proto.v1.RegisterMemberResponse;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.proto.v1.ReportMembersResponse;
import dev.stele.proto.v1.ReportOutcome;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The members of a {@link FakeNode}: registrations take effect, at tokens from 71 on, unless the
 * node's script says otherwise.
 */
final class FakeMembers extends MembersGrpc.MembersImplBase {
  private final AtomicLong token = new AtomicLong(70);
  private final FakeNode node;

  FakeMembers(FakeNode node) {
    this.node = node;
  }

  @Override
  public void register(
      RegisterMemberRequest request, StreamObserver<RegisterMemberResponse> observer) {
    long revision = token.incrementAndGet();
    node.leases.ttlMillis = request.getTtlMillis();
    node.reply(
        request,
        observer,
        RegisterMemberResponse.newBuilder()
            .setHeader(node.header)
            .setLease(
                LeaseRef.newBuilder().setName("member/" + request.getName()).setToken(revision))
            .setIncarnation(revision)
            .setTtlMillis(request.getTtlMillis())
            .build());
  }

  @Override
  public void report(ReportMembersRequest request, StreamObserver<ReportMembersResponse> observer) {
    ReportMembersResponse.Builder answer =
        ReportMembersResponse.newBuilder().setHeader(node.header);
    request
        .getReportsList()
        .forEach(report -> answer.addOutcomes(ReportOutcome.newBuilder().setUnchanged(true)));
    node.reply(request, observer, answer.build());
  }

  @Override
  public void deregister(
      DeregisterMemberRequest request, StreamObserver<DeregisterMemberResponse> observer) {
    node.reply(
        request,
        observer,
        DeregisterMemberResponse.newBuilder().setHeader(node.header).setRevision(80).build());
  }

  @Override
  public void listMembers(
      ListMembersRequest request, StreamObserver<ListMembersResponse> observer) {
    node.reply(request, observer, ListMembersResponse.newBuilder().setHeader(node.header).build());
  }
}
