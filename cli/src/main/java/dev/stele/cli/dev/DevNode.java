// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import java.nio.file.Path;
import java.util.List;

/**
 * One node of a local cluster.
 *
 * @param id for instance {@code n0}
 * @param port of its API; Raft has the next one, HTTP the one after
 * @param directory holds its configuration, log, pid and data
 */
record DevNode(String id, int port, Path directory) {
  private static final String HOST = "127.0.0.1:";

  String client() {
    return HOST + port;
  }

  String peer() {
    return HOST + (port + 1);
  }

  String http() {
    return HOST + (port + 2);
  }

  List<Integer> ports() {
    return List.of(port, port + 1, port + 2);
  }

  Path config() {
    return directory.resolve("server.yaml");
  }

  Path log() {
    return directory.resolve("server.log");
  }

  Path pidFile() {
    return directory.resolve("pid");
  }

  Path data() {
    return directory.resolve("data");
  }
}
