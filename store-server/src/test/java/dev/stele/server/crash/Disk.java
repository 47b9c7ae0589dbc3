// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import java.io.IOException;
import java.nio.file.Path;

/** Where stores are, and what becomes of it when a process has ended. */
interface Disk {
  Path root();

  /** Nobody has a file open. */
  void processEnded() throws IOException, InterruptedException;

  /** The machine goes on: what was written is there, synced or not. */
  static Disk ofAMachineThatGoesOn(Path root) {
    return new Disk() {
      @Override
      public Path root() {
        return root;
      }

      @Override
      public void processEnded() {}
    };
  }
}
