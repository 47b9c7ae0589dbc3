// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import dev.stele.server.port.FaultPolicy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the node at the first fault, and remembers it; the program around it lives on. Stopping
 * happens on a thread of its own: the one that found the fault may be one that stopping waits for.
 */
final class EmbeddedFaults implements FaultPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFaults.class);

  private final String nodeId;
  private final AtomicReference<@Nullable NodeFault> first = new AtomicReference<>();
  private @Nullable Runnable stop;

  EmbeddedFaults(String nodeId) {
    this.nodeId = nodeId;
  }

  @Override
  public void fatal(String what, Throwable cause) {
    LOG.atError()
        .addKeyValue("node", nodeId)
        .addKeyValue("fault", what)
        .setCause(cause)
        .log("this node can't go on: it stops");
    if (first.compareAndSet(null, new NodeFault(what, cause))) {
      stopOnce();
    }
  }

  /** Says how to stop the node, once there is one; at once when a fault came before. */
  synchronized void armed(Runnable stopNode) {
    stop = stopNode;
    if (first.get() != null) {
      stopOnce();
    }
  }

  private synchronized void stopOnce() {
    Runnable stopNode = stop;
    if (stopNode != null) {
      stop = null;
      new Thread(stopNode, "stele-fault-" + nodeId).start();
    }
  }

  Optional<NodeFault> first() {
    return Optional.ofNullable(first.get());
  }
}
