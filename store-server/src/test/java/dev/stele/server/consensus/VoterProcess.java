// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stele.server.consensus.ratis.DirectorySync;
import dev.stele.server.consensus.ratis.RatisNode;
import dev.stele.server.port.ChangeListener;
import dev.stele.server.port.Network;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Ticker;
import dev.stele.server.storage.MapStateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One voter in a process of its own, so that it can be killed together with its disk. */
final class VoterProcess implements AutoCloseable {
  private static final String FORGETFUL = "forgetful";

  private final Process process;

  /**
   * Starts the first of {@code nodes} on {@code directory}; returns when it listens.
   *
   * @param syncs whether it makes its votes durable, as every node does
   */
  VoterProcess(Path directory, List<NodeAddress> nodes, boolean syncs) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(VoterProcess.class.getName(), directory.toString()));
    command.add(syncs ? "syncing" : FORGETFUL);
    nodes.forEach(node -> command.addAll(List.of(node.id(), node.api(), node.raft())));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = process.inputReader(UTF_8);
    List<String> lines = new ArrayList<>();
    for (String line = output.readLine(); ; line = output.readLine()) {
      if (line == null) {
        throw new IOException("the voter did not start: " + lines);
      }
      lines.add(line);
      if (line.equals("listening")) {
        return;
      }
    }
  }

  /** A directory, whether it syncs, and id, API and Raft address of each node. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<NodeAddress> nodes = new ArrayList<>();
    for (int i = 2; i < args.length; i += 3) {
      nodes.add(new NodeAddress(args[i], args[i + 1], args[i + 2]));
    }
    String self = nodes.get(0).id();
    DirectorySync disk = args[1].equals(FORGETFUL) ? folder -> {} : DirectorySync.FSYNC;
    ConsensusNode node =
        ConsensusNode.start(
            ConsensusSettings.of("test", self, nodes, Path.of(args[0])).withLog(8 << 20, 0),
            new MapStateStore(),
            new PeerIdentity(self, PretendedNode.SECRET),
            Ticker.SYSTEM,
            new SimpleMeterRegistry(),
            (what, cause) -> Runtime.getRuntime().halt(1),
            ChangeListener.NONE,
            new RatisNode.Hooks(properties -> {}, Network.REAL, disk));
    System.out.println("listening");
    Thread.currentThread().join();
    node.close();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the voter can't be killed: " + process.pid());
    }
  }
}
