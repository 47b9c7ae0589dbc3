// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.lease;

import dev.stele.proto.v1.GetLeaseRequest;
import dev.stele.proto.v1.GetLeaseResponse;
import dev.stele.proto.v1.Lease;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.ListLeasesRequest;
import dev.stele.proto.v1.ListLeasesResponse;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.core.view.View;
import dev.stele.server.lease.LeaseDesk;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.facts.AtLeader;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.facts.Messages;
import dev.stele.server.wire.facts.ReadDesk;
import dev.stele.server.wire.parse.Freshness;
import dev.stele.server.wire.parse.LeaseParser;
import java.util.concurrent.CompletableFuture;

/**
 * GetLease and ListLeases: linearizable, and at the leader, who alone knows what is left of a
 * lease.
 */
public final class LeaseReads {
  private final AtLeader.Means means;
  private final Headers headers;
  private final ReadDesk reads;
  private final LeaseDesk desk;

  public LeaseReads(AtLeader.Means means, ReadDesk reads) {
    this.means = means;
    this.headers = means.headers();
    this.reads = reads;
    this.desk = means.context().leases();
  }

  public CompletableFuture<Answer<GetLeaseResponse>> get(Call call, GetLeaseRequest request) {
    headers.checkRead(request.getHeader());
    Key key = LeaseParser.get(request);
    return AtLeader.ask(
        means,
        call,
        LeasesGrpc.getGetLeaseMethod(),
        () ->
            reads.read(
                call,
                new Freshness.Linearizable(),
                snapshot -> {
                  GetLeaseResponse.Builder response =
                      GetLeaseResponse.newBuilder().setHeader(headers.header(snapshot.meta()));
                  snapshot.fact(key).ifPresent(fact -> response.setLease(lease(snapshot, fact)));
                  return response.build();
                }));
  }

  public CompletableFuture<Answer<ListLeasesResponse>> list(Call call, ListLeasesRequest request) {
    headers.checkRead(request.getHeader());
    LeaseParser.Listing listing = LeaseParser.list(request);
    return AtLeader.ask(
        means,
        call,
        LeasesGrpc.getListLeasesMethod(),
        () ->
            reads.read(
                call,
                new Freshness.Linearizable(),
                snapshot -> {
                  FactPage page = FactPage.read(snapshot, listing.range(), listing.limit(), false);
                  ListLeasesResponse.Builder response =
                      ListLeasesResponse.newBuilder()
                          .setHeader(headers.header(snapshot.meta()))
                          .setMore(page.more());
                  page.facts().forEach(fact -> response.addLeases(lease(snapshot, fact)));
                  return response.build();
                }));
  }

  private Lease lease(View view, Fact fact) {
    String name = fact.key().name();
    LeaseRecord record = Leases.record(fact);
    LeaseSide side = view.leaseSide(name);
    long token = fact.modRevision();
    // What the desk does not know yet was acquired just now, or counts from its checkpoint.
    long remainingMillis =
        desk.remainingMillis(new LeaseRef(name, token))
            .orElse(side.checkpointMillis().orElse(record.ttlMillis()));
    return Lease.newBuilder()
        .setName(name)
        .setHolder(record.holder())
        .setToken(token)
        .setTtlMillis(record.ttlMillis())
        .setRemainingMillis(remainingMillis)
        .setMetadata(Messages.bytes(record.metadata()))
        .setBoundFacts(side.boundFacts())
        .setWaiters(desk.waiters(name))
        .build();
  }
}
