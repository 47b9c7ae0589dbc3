// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import dev.stele.cli.ExitCode;
import dev.stele.cli.Terminal;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.DesiredState;
import dev.stele.server.boot.config.LoadedConfig;
import dev.stele.server.testing.LocalCluster;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code stele rehearse}, for the launcher: loads the classes that a node needs, so that the JVM
 * can archive them at its end and nodes start in half of the time.
 */
@Command(
    name = "rehearse",
    hidden = true,
    header = "Start and use nodes inside this process, and end.",
    description = "Takes a few seconds, listens on free loopback ports only, and leaves nothing.",
    footerHeading = "%nExamples:%n",
    footer = "  stele rehearse --config config/server.yaml")
public final class RehearseCommand implements Callable<Integer> {
  private static final int NODES = 3;

  private final Terminal terminal;

  @Mixin private ConfigOptions config = new ConfigOptions();

  /** For this terminal. */
  public RehearseCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    LoadedConfig loaded = config.load(terminal);
    ServerLog.open(loaded.config().log(), "rehearsal");
    try (LocalCluster cluster = LocalCluster.start(NODES);
        StoreClient store = StoreClient.connect(String.join(",", cluster.endpoints()))) {
      FactKey<DesiredState> key = Keys.desired("rehearsal");
      store.facts().put(key, DesiredState.replicas(1)).join();
      store.facts().get(key).join();
      store.facts().delete(key).join();
    }
    return ExitCode.OK;
  }
}
