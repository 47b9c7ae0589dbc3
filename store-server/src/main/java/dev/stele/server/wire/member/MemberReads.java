// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.member;

import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.ListMembersRequest;
import dev.stele.proto.v1.ListMembersResponse;
import dev.stele.proto.v1.ListedMember;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.port.StateStore;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.facts.ReadDesk;
import dev.stele.server.wire.parse.Freshness;
import dev.stele.server.wire.parse.MemberBody;
import dev.stele.server.wire.parse.MemberParser;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;

/** ListMembers, at any node. */
public final class MemberReads {
  private final Headers headers;
  private final ReadDesk reads;

  public MemberReads(Headers headers, ReadDesk reads) {
    this.headers = headers;
    this.reads = reads;
  }

  /**
   * However few match, a page ends when as many members were looked at as a page of facts holds.
   */
  public CompletableFuture<Answer<ListMembersResponse>> list(
      Call call, ListMembersRequest request) {
    headers.checkRead(request.getHeader());
    MemberParser.Listing listing = MemberParser.list(request);
    return reads.read(call, listing.freshness(), snapshot -> list(snapshot, listing));
  }

  private ListMembersResponse list(StateStore.Snapshot snapshot, MemberParser.Listing listing) {
    FactPage page = page(snapshot, listing);
    ListMembersResponse.Builder response =
        ListMembersResponse.newBuilder().setHeader(headers.header(snapshot.meta()));
    Iterator<Fact> facts = page.facts().iterator();
    while (facts.hasNext() && response.getMembersCount() < listing.limit()) {
      Fact fact = facts.next();
      MemberRecord member = Members.record(fact);
      if (listing.filter().matches(member)) {
        response.addMembers(listed(fact, member));
      }
      response.setLast(fact.key().name());
    }
    return response.setMore(facts.hasNext() || page.more()).build();
  }

  private static FactPage page(StateStore.Snapshot snapshot, MemberParser.Listing listing) {
    StoreMeta meta = snapshot.meta();
    int looks = listing.filter().isEmpty() ? listing.limit() : Limits.PAGE_MAX_FACTS;
    return listing.freshness() instanceof Freshness.At at && at.revision() < meta.revision()
        ? FactPage.readAt(snapshot, snapshot, at.revision(), listing.range(), looks, false)
        : FactPage.read(snapshot, listing.range(), looks, false);
  }

  private static ListedMember listed(Fact fact, MemberRecord member) {
    ListedMember.Builder listed =
        ListedMember.newBuilder()
            .setName(fact.key().name())
            .setMember(MemberBody.message(member))
            .setModRevision(fact.modRevision());
    fact.lease()
        .ifPresent(
            lease ->
                listed.setLease(
                    LeaseRef.newBuilder().setName(lease.name()).setToken(lease.token())));
    return listed.build();
  }
}
