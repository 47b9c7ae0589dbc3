// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.claim;

import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.DrainClaimRequest;
import dev.stele.proto.v1.DrainClaimResponse;
import dev.stele.proto.v1.NextClaimRequest;
import dev.stele.proto.v1.NextClaimResponse;
import dev.stele.proto.v1.OwnedClaim;
import dev.stele.proto.v1.ReleaseClaimRequest;
import dev.stele.proto.v1.ReleaseClaimResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.TakeoverClaimRequest;
import dev.stele.proto.v1.TakeoverClaimResponse;
import dev.stele.server.core.command.ClaimChanged;
import dev.stele.server.core.command.ClaimOwned;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.facts.Decisions;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.facts.WriteDesk;
import dev.stele.server.wire.parse.ClaimParser;
import dev.stele.server.wire.parse.SessionParser;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Next, Takeover, Drain and Release: any node; the leader has them decided. */
public final class ClaimService {
  private final WireContext context;
  private final Headers headers;
  private final WriteDesk writes;

  public ClaimService(WireContext context, Headers headers, WriteDesk writes) {
    this.context = context;
    this.headers = headers;
    this.writes = writes;
  }

  public CompletableFuture<Answer<NextClaimResponse>> next(Call call, NextClaimRequest request) {
    headers.check(request.getHeader());
    return writes.write(
        call,
        ClaimsGrpc.getNextMethod(),
        SessionParser.once(request.getHeader(), ClaimParser.next(request)),
        Decisions.answer(
            ClaimOwned.class,
            UnaryOperator.identity(),
            (owned, duplicate) ->
                NextClaimResponse.newBuilder()
                    .setHeader(header())
                    .setClaim(claim(owned))
                    .setDuplicate(duplicate)
                    .build()));
  }

  public CompletableFuture<Answer<TakeoverClaimResponse>> takeover(
      Call call, TakeoverClaimRequest request) {
    headers.check(request.getHeader());
    return writes.write(
        call,
        ClaimsGrpc.getTakeoverMethod(),
        SessionParser.once(request.getHeader(), ClaimParser.takeover(request)),
        Decisions.answer(
            ClaimOwned.class,
            UnaryOperator.identity(),
            (owned, duplicate) ->
                TakeoverClaimResponse.newBuilder()
                    .setHeader(header())
                    .setClaim(claim(owned))
                    .setDuplicate(duplicate)
                    .build()));
  }

  public CompletableFuture<Answer<DrainClaimResponse>> drain(Call call, DrainClaimRequest request) {
    headers.check(request.getHeader());
    return writes.write(
        call,
        ClaimsGrpc.getDrainMethod(),
        SessionParser.once(request.getHeader(), ClaimParser.drain(request)),
        Decisions.answer(
            ClaimChanged.class,
            UnaryOperator.identity(),
            (changed, duplicate) ->
                DrainClaimResponse.newBuilder()
                    .setHeader(header())
                    .setRevision(changed.revision())
                    .setDuplicate(duplicate)
                    .build()));
  }

  public CompletableFuture<Answer<ReleaseClaimResponse>> release(
      Call call, ReleaseClaimRequest request) {
    headers.check(request.getHeader());
    return writes.write(
        call,
        ClaimsGrpc.getReleaseMethod(),
        SessionParser.once(request.getHeader(), ClaimParser.release(request)),
        Decisions.answer(
            ClaimChanged.class,
            UnaryOperator.identity(),
            (changed, duplicate) ->
                ReleaseClaimResponse.newBuilder()
                    .setHeader(header())
                    .setRevision(changed.revision())
                    .setDuplicate(duplicate)
                    .build()));
  }

  private static OwnedClaim claim(ClaimOwned owned) {
    return OwnedClaim.newBuilder()
        .setKey(owned.key().toString())
        .setOwner(owned.owner())
        .setEpoch(owned.epoch())
        .setRevision(owned.revision())
        .build();
  }

  private ResponseHeader header() {
    return headers.header(context.store().meta());
  }
}
