// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.AppliedQuery;
import dev.stele.client.AppliedReport;
import dev.stele.client.Claims;
import dev.stele.client.Cluster;
import dev.stele.client.ClusterStatus;
import dev.stele.client.Facts;
import dev.stele.client.Leases;
import dev.stele.client.Members;
import dev.stele.client.Selector;
import dev.stele.client.Services;
import dev.stele.client.StateComparison;
import dev.stele.client.StoreClient;
import dev.stele.client.WatchBuilder;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.call.Method;
import dev.stele.client.internal.call.Outgoing;
import dev.stele.client.internal.claim.DefaultClaims;
import dev.stele.client.internal.facts.Answers;
import dev.stele.client.internal.facts.AppliedMessages;
import dev.stele.client.internal.facts.TypedFacts;
import dev.stele.client.internal.lease.DefaultLeases;
import dev.stele.client.internal.link.ChannelFactory;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.internal.link.NettyChannels;
import dev.stele.client.internal.link.Route;
import dev.stele.client.internal.member.DefaultMembers;
import dev.stele.client.internal.service.DefaultServices;
import dev.stele.client.internal.time.SystemTimekeeper;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.client.internal.watch.Watches;
import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.HashRequest;
import dev.stele.proto.v1.StatusRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The client, put together. */
public final class DefaultStoreClient implements StoreClient, Cluster {
  /** What the names begin with of the threads that requests are sent and answered on. */
  public static final String CALL_THREAD = "stele-client-calls";

  /** What the name begins with of the thread that watches and leases are sent and answered on. */
  public static final String STREAM_THREAD = "stele-client-streams";

  private static final int CALL_THREADS = 2;

  private final List<NettyChannels> transports;
  private final Caller caller;
  private final Facts facts;
  private final Watches watches;
  private final DefaultLeases leases;
  private final Members members;
  private final Services services;
  private final DefaultClaims claims;

  DefaultStoreClient(ClientSettings settings, ChannelFactory channels, Timekeeper timekeeper) {
    this(settings, channels, channels, timekeeper, timekeeper, List.of());
  }

  /**
   * A client.
   *
   * @param streams for watches and leases, on threads that no caller can hold up
   * @param leaseTimekeeper the same clock, with a thread that no caller can hold up
   * @param transports what is closed after all connections are
   */
  private DefaultStoreClient(
      ClientSettings settings,
      ChannelFactory channels,
      ChannelFactory streams,
      Timekeeper timekeeper,
      Timekeeper leaseTimekeeper,
      List<NettyChannels> transports) {
    this.transports = transports;
    Endpoints endpoints = new Endpoints(settings.endpoints(), channels, timekeeper);
    this.caller = new Caller(settings, endpoints, timekeeper);
    this.facts = new TypedFacts(caller);
    // A stream that is full, or is looked for in vain, must not disturb requests, nor they it.
    this.watches =
        new Watches(
            () -> new Endpoints(settings.endpoints(), streams, timekeeper),
            caller.history(),
            timekeeper,
            settings.watchExecutor().orElse(null));
    this.leases =
        new DefaultLeases(
            caller,
            () -> new Endpoints(settings.endpoints(), streams, leaseTimekeeper),
            leaseTimekeeper,
            timekeeper);
    this.members = new DefaultMembers(caller, leases, watches, timekeeper);
    this.services = new DefaultServices(facts, watches);
    this.claims = new DefaultClaims(caller, facts, watches, timekeeper);
  }

  /** A client that connects at its first request. */
  public static StoreClient open(ClientSettings settings) {
    NettyChannels calls = new NettyChannels(settings.connectTimeout(), CALL_THREAD, CALL_THREADS);
    NettyChannels streams = new NettyChannels(settings.connectTimeout(), STREAM_THREAD, 1);
    return new DefaultStoreClient(
        settings,
        calls,
        streams,
        new SystemTimekeeper(SystemTimekeeper.THREAD),
        new SystemTimekeeper(SystemTimekeeper.LEASE_THREAD),
        List.of(calls, streams));
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public WatchBuilder watch(Selector selector) {
    return watches.draft(selector);
  }

  @Override
  public Leases leases() {
    return leases;
  }

  @Override
  public Members members() {
    return members;
  }

  @Override
  public Services services() {
    return services;
  }

  @Override
  public Claims claims() {
    return claims;
  }

  @Override
  public Cluster cluster() {
    return this;
  }

  @Override
  public CompletableFuture<ClusterStatus> status() {
    return caller.call(
        new Outgoing<>(
            Method.STATUS,
            Route.ANY,
            false,
            header -> StatusRequest.newBuilder().setHeader(header).build(),
            Answers::status));
  }

  @Override
  public CompletableFuture<StateComparison> compareStates() {
    return caller.call(
        new Outgoing<>(
            Method.HASH,
            Route.ANY,
            false,
            header -> HashRequest.newBuilder().setHeader(header).build(),
            Answers::comparison));
  }

  @Override
  public CompletableFuture<Long> compact(long revision) {
    if (revision < 1) {
      throw new IllegalArgumentException("revision: " + revision + ", at least 1 is needed");
    }
    return caller.call(
        new Outgoing<>(
            Method.COMPACT,
            Route.LEADER,
            false,
            header -> CompactRequest.newBuilder().setHeader(header).setRevision(revision).build(),
            (header, answer) -> answer.getFloor()));
  }

  @Override
  public CompletableFuture<AppliedReport> awaitApplied(AppliedQuery query) {
    return caller.callInOne(
        new Outgoing<>(
            Method.AWAIT_APPLIED,
            Route.LEADER,
            true,
            header -> AppliedMessages.request(header, query),
            AppliedMessages::report),
        query.timeout());
  }

  @Override
  public long lastRevision() {
    return caller.history().known().revision();
  }

  @Override
  public void forgetEpoch() {
    caller.history().forget();
  }

  @Override
  public void close() {
    leases.close();
    claims.close();
    watches.close();
    caller.close();
    leases.closeWaiting();
    transports.forEach(NettyChannels::close);
  }
}
