// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import dev.stele.server.boot.config.LoadedConfig;
import dev.stele.server.boot.config.StoreConfig;
import dev.stele.server.port.Leadership;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process whose only purpose is one node. */
public final class ServerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

  /** Between two log lines that say that the node still waits for a leader. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private ServerProcess() {}

  /**
   * Runs a node until the process is told to end (SIGTERM, SIGINT), and stops it in an orderly way
   * then. A fault ends the process at once, with exit code 70. Once the node serves, it logs a line
   * that says {@code ready}.
   *
   * <p>Sets the process's handler for uncaught exceptions: a thread that dies by one is a fault.
   *
   * @throws StartException when the node does not start
   */
  public static void run(LoadedConfig loaded) throws InterruptedException {
    StoreConfig config = loaded.config();
    ProcessFaults faults = new ProcessFaults(config.node().id());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, cause) -> faults.fatal("thread " + thread.getName() + " died", cause));
    for (String warning : loaded.warnings()) {
      LOG.atWarn().addKeyValue("node", config.node().id()).log(warning);
    }
    StoreServer server =
        StoreServer.start(config, StoreServer.Options.embedded().withFaults(faults));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stele-stop"));
    Thread readiness = new Thread(() -> sayWhenReady(server), "stele-ready");
    readiness.setDaemon(true);
    readiness.start();
    server.awaitStopped();
  }

  private static void sayWhenReady(StoreServer server) {
    try {
      while (!server.awaitReady(PATIENCE)) {
        if (server.isStopping()) {
          return;
        }
        LOG.atWarn()
            .addKeyValue("node", server.nodeId())
            .addKeyValue("term", server.leadership().standing().term())
            .log("still without a leader that has a majority");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
    Leadership.Standing standing = server.leadership().standing();
    LOG.atInfo()
        .addKeyValue("node", server.nodeId())
        .addKeyValue("role", standing.role())
        .addKeyValue("leader", standing.leader().orElse(""))
        .addKeyValue("term", standing.term())
        .addKeyValue("revision", server.revision())
        .addKeyValue("api", server.apiAddress())
        .addKeyValue("http", server.httpAddress())
        .log("ready");
  }
}
