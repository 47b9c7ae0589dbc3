// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import dev.stele.bench.compare.Ability;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.peer.Launch;
import dev.stele.bench.compare.peer.Nodes;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What bounds the others: it takes values, and has no store. */
public final class LimitContender implements Contender {
  private static final int PORT_STEP = 10;

  /** As the launcher starts servers. */
  private static final List<String> JVM_FLAGS =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+UseParallelGC",
          "-XX:NewRatio=1");

  private final Limit limit;

  /** One of the limits. */
  public LimitContender(Limit limit) {
    this.limit = limit;
  }

  @Override
  public String name() {
    return limit.title;
  }

  @Override
  public boolean isOnJvm() {
    return true;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public String version() {
    return limit.version + " (Java " + Runtime.version() + ")";
  }

  @Override
  public List<String> settings() {
    return List.of(
        limit.what,
        "JVM flags: " + String.join(" ", JVM_FLAGS),
        "client: raw gRPC (grpc-java, direct executor), one unary call each");
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.PUT);
  }

  @Override
  public Cluster start(Path directory, int basePort) throws IOException, InterruptedException {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    List<String> endpoints = new ArrayList<>();
    List<Launch> launches = new ArrayList<>();
    for (int node = 0; node < limit.nodes; node++) {
      Path folder = directory.toAbsolutePath().resolve("n" + node);
      Files.createDirectories(folder);
      int port = basePort + PORT_STEP * node;
      endpoints.add(host + ":" + port);
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(JVM_FLAGS);
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), limit.main.getName()));
      command.addAll(List.of(folder.toString(), String.valueOf(node), String.valueOf(port)));
      launches.add(new Launch("limit-n" + node, command, "", Map.of(), folder));
    }
    LimitCluster cluster = new LimitCluster(endpoints, new Nodes(launches));
    cluster.start();
    return cluster;
  }
}
