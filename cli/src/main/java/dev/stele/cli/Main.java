// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/** The process. */
public final class Main {
  // Held, because the log manager forgets a logger that nobody holds, and its level with it.
  private static final Logger ROOT = Logger.getLogger("");

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    // gRPC logs here; the server bridges it to its own log.
    ROOT.setLevel(args.length > 0 && args[0].equals("server") ? Level.WARNING : Level.OFF);
    int code = Cli.run(Terminal.system(), args);
    System.exit(code);
  }
}
