// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.MembersGrpc;
import dev.stele.proto.v1.PipelineGrpc;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.server.admission.WriteAdmission;
import dev.stele.server.admission.report.ReportDesk;
import dev.stele.server.wire.applied.AppliedService;
import dev.stele.server.wire.applied.WatchersDesk;
import dev.stele.server.wire.call.Budget;
import dev.stele.server.wire.call.CallRuntime;
import dev.stele.server.wire.call.CallTimes;
import dev.stele.server.wire.call.Effect;
import dev.stele.server.wire.call.ForeignGuard;
import dev.stele.server.wire.call.ServiceBuilder;
import dev.stele.server.wire.claim.ClaimService;
import dev.stele.server.wire.cluster.ClusterService;
import dev.stele.server.wire.cluster.NodeQuestion;
import dev.stele.server.wire.cluster.OwnStatus;
import dev.stele.server.wire.facts.AtLeader;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.facts.ReadDesk;
import dev.stele.server.wire.facts.ReadService;
import dev.stele.server.wire.facts.WriteDesk;
import dev.stele.server.wire.facts.WriteService;
import dev.stele.server.wire.forward.Forwarder;
import dev.stele.server.wire.forward.PeerChannels;
import dev.stele.server.wire.intake.IntakeLimits;
import dev.stele.server.wire.lease.KeepAlives;
import dev.stele.server.wire.lease.LeaseReads;
import dev.stele.server.wire.lease.LeaseService;
import dev.stele.server.wire.member.MemberReads;
import dev.stele.server.wire.member.MemberService;
import dev.stele.server.wire.peer.PeerService;
import dev.stele.server.wire.pipeline.OpenPipelines;
import dev.stele.server.wire.pipeline.PipelineService;
import dev.stele.server.wire.watch.WatchService;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Everything that the API listener serves. */
final class Services {
  private Services() {}

  /** What the listener itself works with too. */
  record Shared(
      CallTimes times,
      KeepAlives keepAlives,
      OpenPipelines pipelines,
      HealthStatusManager health) {}

  static List<ServerServiceDefinition> all(
      WireContext context,
      IntakeLimits limits,
      Executor readers,
      PeerChannels channels,
      ScheduledExecutorService timer,
      Shared shared) {
    Budget replies = new Budget(Integer.MAX_VALUE, limits.replyBytes());
    CallRuntime runtime = new CallRuntime(context.ticker(), context.faults(), replies);
    Headers headers = new Headers(context);
    OwnStatus ownStatus = new OwnStatus(context, readers);
    Forwarder forwarder = new Forwarder(channels, context.identity());
    WriteAdmission admission = new WriteAdmission(context.store(), context.ticker());
    WriteDesk writes = new WriteDesk(context, headers, admission, readers, forwarder, timer);
    WriteService facts = new WriteService(context, headers, writes);
    ReadDesk reads = new ReadDesk(context, headers, readers);
    ReadService factReads = new ReadService(headers, reads);
    AtLeader.Means means = new AtLeader.Means(context, headers, forwarder, timer);
    AppliedService applied =
        new AppliedService(
            context, headers, new NodeQuestion(context, channels), forwarder, readers, timer);
    WatchersDesk desk = new WatchersDesk(context.named(), context.ticker(), readers, timer);
    return List.of(
        facts(runtime, facts, factReads),
        pipeline(
            runtime,
            new PipelineService(facts, factReads, runtime, shared.times(), shared.pipelines())),
        maintenance(runtime, facts),
        cluster(runtime, new ClusterService(context, headers, ownStatus, channels)),
        peer(runtime, new PeerService(context, ownStatus, desk)),
        watch(runtime, new WatchService(context, headers, context.watches()), applied),
        leases(
            runtime,
            new LeaseService(means, writes),
            new LeaseReads(means, reads),
            shared.keepAlives()),
        members(
            runtime,
            new MemberService(means, writes, reads, reports(context)),
            new MemberReads(headers, reads)),
        claims(runtime, new ClaimService(context, headers, writes)),
        ForeignGuard.guarded(shared.health().getHealthService().bindService()),
        ForeignGuard.guarded(ProtoReflectionServiceV1.newInstance().bindService()));
  }

  private static ServerServiceDefinition facts(
      CallRuntime runtime, WriteService writes, ReadService reads) {
    return new ServiceBuilder(FactsGrpc.getServiceDescriptor(), runtime)
        .add(FactsGrpc.getPutMethod(), Effect.WRITE, writes::put)
        .add(FactsGrpc.getDeleteMethod(), Effect.WRITE, writes::delete)
        .add(FactsGrpc.getTxnMethod(), Effect.WRITE, writes::txn)
        .add(FactsGrpc.getGetMethod(), Effect.READ, reads::get)
        .add(FactsGrpc.getListMethod(), Effect.READ, reads::list)
        .add(FactsGrpc.getHistoryMethod(), Effect.READ, reads::history)
        .build();
  }

  private static ServerServiceDefinition pipeline(CallRuntime runtime, PipelineService pipeline) {
    return new ServiceBuilder(PipelineGrpc.getServiceDescriptor(), runtime)
        .addStream(PipelineGrpc.getExchangeMethod(), pipeline)
        .build();
  }

  private static ServerServiceDefinition maintenance(CallRuntime runtime, WriteService writes) {
    return new ServiceBuilder(MaintenanceGrpc.getServiceDescriptor(), runtime)
        .add(MaintenanceGrpc.getCompactMethod(), Effect.WRITE, writes::compact)
        .build();
  }

  private static ServerServiceDefinition cluster(CallRuntime runtime, ClusterService cluster) {
    return new ServiceBuilder(ClusterGrpc.getServiceDescriptor(), runtime)
        .add(ClusterGrpc.getStatusMethod(), Effect.READ, cluster::status)
        .add(ClusterGrpc.getHelloMethod(), Effect.READ, cluster::hello)
        .add(ClusterGrpc.getHashMethod(), Effect.READ, cluster::hash)
        .build();
  }

  private static ServerServiceDefinition watch(
      CallRuntime runtime, WatchService watches, AppliedService applied) {
    return new ServiceBuilder(WatchGrpc.getServiceDescriptor(), runtime)
        .addStream(WatchGrpc.getWatchMethod(), watches)
        .add(WatchGrpc.getAwaitAppliedMethod(), Effect.READ, applied::awaitApplied)
        .build();
  }

  private static ServerServiceDefinition leases(
      CallRuntime runtime, LeaseService leases, LeaseReads reads, KeepAlives keepAlives) {
    return new ServiceBuilder(LeasesGrpc.getServiceDescriptor(), runtime)
        .add(LeasesGrpc.getAcquireMethod(), Effect.WRITE, leases::acquire)
        .add(LeasesGrpc.getReleaseMethod(), Effect.WRITE, leases::release)
        .add(LeasesGrpc.getHandOverMethod(), Effect.WRITE, leases::handOver)
        .add(LeasesGrpc.getRenewMethod(), Effect.WRITE, leases::renew)
        .addStream(LeasesGrpc.getKeepAliveMethod(), keepAlives)
        .add(LeasesGrpc.getGetLeaseMethod(), Effect.READ, reads::get)
        .add(LeasesGrpc.getListLeasesMethod(), Effect.READ, reads::list)
        .build();
  }

  private static ReportDesk reports(WireContext context) {
    return new ReportDesk(context.log(), context.reports(), context.ticker(), context.meters());
  }

  private static ServerServiceDefinition members(
      CallRuntime runtime, MemberService members, MemberReads reads) {
    return new ServiceBuilder(MembersGrpc.getServiceDescriptor(), runtime)
        .add(MembersGrpc.getRegisterMethod(), Effect.WRITE, members::register)
        .add(MembersGrpc.getReportMethod(), Effect.WRITE, members::report)
        .add(MembersGrpc.getDeregisterMethod(), Effect.WRITE, members::deregister)
        .add(MembersGrpc.getListMembersMethod(), Effect.READ, reads::list)
        .build();
  }

  private static ServerServiceDefinition claims(CallRuntime runtime, ClaimService claims) {
    return new ServiceBuilder(ClaimsGrpc.getServiceDescriptor(), runtime)
        .add(ClaimsGrpc.getNextMethod(), Effect.WRITE, claims::next)
        .add(ClaimsGrpc.getTakeoverMethod(), Effect.WRITE, claims::takeover)
        .add(ClaimsGrpc.getDrainMethod(), Effect.WRITE, claims::drain)
        .add(ClaimsGrpc.getReleaseMethod(), Effect.WRITE, claims::release)
        .build();
  }

  private static ServerServiceDefinition peer(CallRuntime runtime, PeerService peer) {
    return new ServiceBuilder(PeerGrpc.getServiceDescriptor(), runtime)
        .add(PeerGrpc.getConfirmTermMethod(), Effect.READ, peer::confirmTerm)
        .add(PeerGrpc.getConfirmedIndexMethod(), Effect.READ, peer::confirmedIndex)
        .add(PeerGrpc.getNodeMethod(), Effect.READ, peer::node)
        .add(PeerGrpc.getStateHashMethod(), Effect.READ, peer::stateHash)
        .add(PeerGrpc.getWatchersMethod(), Effect.READ, peer::watchers)
        .build();
  }
}
