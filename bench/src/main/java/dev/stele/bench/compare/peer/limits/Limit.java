// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import io.grpc.internal.GrpcUtil;
import org.apache.ratis.util.VersionInfo;

/** A limit. */
public enum Limit {
  /** A log that nothing is read from. */
  RATIS(
      "limit: Ratis without a store",
      3,
      RatisServer.class,
      "three processes; a state machine that does nothing, behind grpc-java (direct executor, one"
          + " event loop), values batched into entries, two under way; between the nodes Ratis's"
          + " own Netty transport, wait-time.min=0, log-metadata.enabled=false, the rest its"
          + " defaults (fsync before each acknowledgement)",
      "Ratis " + VersionInfo.getSoftwareInfoVersion()),

  /** A call, and nothing behind it. */
  ECHO(
      "limit: gRPC echo",
      1,
      EchoServer.class,
      "one process; grpc-java, direct executor, one event loop, answers what it is sent",
      "grpc-java " + GrpcUtil.getGrpcBuildVersion().getImplementationVersion());

  final String title;
  final int nodes;
  final Class<?> main;
  final String what;
  final String version;

  Limit(String title, int nodes, Class<?> main, String what, String version) {
    this.title = title;
    this.nodes = nodes;
    this.main = main;
    this.what = what;
    this.version = version;
  }
}
