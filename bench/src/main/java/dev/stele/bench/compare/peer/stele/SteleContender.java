// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import dev.stele.bench.compare.Ability;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.peer.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Servers of this build, started as {@code stele dev} starts them. */
public final class SteleContender implements Contender {
  private static final int NODES = 3;

  private final Way way;
  private final Map<String, String> environment;
  private volatile List<String> command = List.of();

  /**
   * Reached in one way.
   *
   * @param environment this process's variables; {@code STELE_LAUNCHER} is the script that starts
   *     servers
   */
  public SteleContender(Way way, Map<String, String> environment) {
    this.way = way;
    this.environment = Map.copyOf(environment);
  }

  private Optional<Path> launcher() {
    return Optional.ofNullable(environment.get("STELE_LAUNCHER"))
        .map(Path::of)
        .filter(Files::isExecutable);
  }

  @Override
  public String name() {
    return way.title;
  }

  @Override
  public String cluster() {
    return Way.CLIENT.title;
  }

  @Override
  public boolean isOnJvm() {
    return true;
  }

  @Override
  public Optional<String> missing() {
    return launcher().isPresent()
        ? Optional.empty()
        : Optional.of(
            "STELE_LAUNCHER names no script: servers are started through the script 'stele'");
  }

  @Override
  public String version() {
    return launcher()
        .map(
            script ->
                Programs.firstLine(
                    List.of(script.toString(), "--version"), Map.of("STELE_NO_BUILD", "1")))
        .orElse("no launcher");
  }

  @Override
  public List<String> settings() {
    List<String> settings = new ArrayList<>();
    settings.add(
        "three servers on loopback as 'stele dev' starts them (fsync before each acknowledgement),"
            + " with the launcher's flags; the limit of facts in kind config raised to "
            + SteleCluster.MAX_FACTS);
    if (!command.isEmpty()) {
      settings.add("JVM flags: " + String.join(" ", SteleCluster.flags(command)));
    }
    settings.add("client: " + way.client);
    settings.add("claims: one call of Claims.next each; the store picks");
    settings.add(
        "leases: one KeepAlive stream a connection, up to 1,000 leases a message, over raw gRPC");
    return settings;
  }

  @Override
  public Set<Ability> abilities() {
    // What a claim costs without the library is the same but for the client's own part of it.
    return way == Way.CLIENT
        ? EnumSet.allOf(Ability.class)
        : EnumSet.complementOf(EnumSet.of(Ability.CLAIM));
  }

  @Override
  public Cluster start(Path directory, int basePort) throws IOException, InterruptedException {
    Path script = launcher().orElseThrow(() -> new IOException(missing().orElseThrow()));
    SteleCluster cluster =
        SteleCluster.start(
            way, script.toAbsolutePath(), environment, directory.toAbsolutePath(), basePort, NODES);
    command = cluster.command();
    return cluster;
  }

  @Override
  public Driver connect(Cluster running, int connections) throws IOException {
    if (!(running instanceof SteleCluster servers)) {
      throw new IllegalArgumentException("a cluster of something else than Stele");
    }
    command = servers.command();
    return servers.connect(way, connections);
  }

  /** How it is reached. */
  public enum Way {
    /** As programs do. */
    CLIENT(
        "stele",
        "the public client library, one client a connection; values are documents of kind config,"
            + " written under client sessions; local get = mode local, at the node that the client"
            + " has settled on"),
    /** As what is not Java would, or the simplest client of all. */
    ONE_RPC_A_CALL(
        "stele (one RPC a call)",
        "raw gRPC (grpc-java, direct executor), one unary call each, to the leader, without client"
            + " sessions; local get = mode local, at the leader too");

    private final String title;
    private final String client;

    Way(String title, String client) {
      this.title = title;
      this.client = client;
    }
  }
}
