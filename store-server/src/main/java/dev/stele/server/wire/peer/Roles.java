// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.peer;

import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.MembersGrpc;
import dev.stele.proto.v1.PipelineGrpc;
import dev.stele.proto.v1.WatchGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The role that each method needs. A method that is not named here can't be served: whoever adds
 * one decides who may call it.
 */
public final class Roles {
  private static final List<MethodDescriptor<?, ?>> FOR_CLIENTS =
      List.of(
          FactsGrpc.getPutMethod(),
          FactsGrpc.getDeleteMethod(),
          FactsGrpc.getTxnMethod(),
          FactsGrpc.getGetMethod(),
          FactsGrpc.getListMethod(),
          FactsGrpc.getHistoryMethod(),
          PipelineGrpc.getExchangeMethod(),
          ClusterGrpc.getStatusMethod(),
          ClusterGrpc.getHelloMethod(),
          ClusterGrpc.getHashMethod(),
          WatchGrpc.getWatchMethod(),
          WatchGrpc.getAwaitAppliedMethod(),
          LeasesGrpc.getAcquireMethod(),
          LeasesGrpc.getReleaseMethod(),
          LeasesGrpc.getHandOverMethod(),
          LeasesGrpc.getRenewMethod(),
          LeasesGrpc.getKeepAliveMethod(),
          LeasesGrpc.getGetLeaseMethod(),
          LeasesGrpc.getListLeasesMethod(),
          MembersGrpc.getRegisterMethod(),
          MembersGrpc.getReportMethod(),
          MembersGrpc.getDeregisterMethod(),
          MembersGrpc.getListMembersMethod(),
          ClaimsGrpc.getNextMethod(),
          ClaimsGrpc.getTakeoverMethod(),
          ClaimsGrpc.getDrainMethod(),
          ClaimsGrpc.getReleaseMethod(),
          MaintenanceGrpc.getCompactMethod(),
          HealthGrpc.getCheckMethod(),
          HealthGrpc.getWatchMethod(),
          ServerReflectionGrpc.getServerReflectionInfoMethod());

  private static final List<MethodDescriptor<?, ?>> FOR_PEERS =
      List.of(
          PeerGrpc.getConfirmTermMethod(),
          PeerGrpc.getConfirmedIndexMethod(),
          PeerGrpc.getNodeMethod(),
          PeerGrpc.getStateHashMethod(),
          PeerGrpc.getWatchersMethod());

  private static final Map<String, Role> BY_METHOD = byMethod();

  private Roles() {}

  /** The role that {@code fullMethodName} needs; empty when nobody decided. */
  public static Optional<Role> of(String fullMethodName) {
    return Optional.ofNullable(BY_METHOD.get(fullMethodName));
  }

  private static Map<String, Role> byMethod() {
    Map<String, Role> roles = new TreeMap<>();
    FOR_CLIENTS.forEach(method -> roles.put(method.getFullMethodName(), Role.CLIENT));
    FOR_PEERS.forEach(method -> roles.put(method.getFullMethodName(), Role.PEER));
    return Collections.unmodifiableMap(roles);
  }
}
