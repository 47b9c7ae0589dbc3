// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import dev.stele.server.port.FaultPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process at the first fault: what is on disk is right, what is in memory may not be, and
 * a node that lingers holds a port and answers for nobody.
 */
final class ProcessFaults implements FaultPolicy {
  /** EX_SOFTWARE of sysexits.h; tells a supervisor to start the node again. */
  static final int EXIT_CODE = 70;

  private static final Logger LOG = LoggerFactory.getLogger(ProcessFaults.class);

  private final String nodeId;

  ProcessFaults(String nodeId) {
    this.nodeId = nodeId;
  }

  @Override
  public void fatal(String what, Throwable cause) {
    try {
      LOG.atError()
          .addKeyValue("node", nodeId)
          .addKeyValue("fault", what)
          .setCause(cause)
          .log("this node can't go on: the process ends");
    } finally {
      // No hooks: they would try to stop in an orderly way what can't be trusted any more.
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
