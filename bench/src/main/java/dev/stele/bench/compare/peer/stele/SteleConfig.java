// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The configuration files of a cluster, the same as those of {@code stele dev}: node i has its
 * clients at base + 10·i, Raft at the next port and HTTP at the one after.
 *
 * @param nodes how many there are
 * @param secret what the nodes prove to each other
 */
record SteleConfig(Path directory, int basePort, int nodes, String secret) {
  private static final int PORT_STEP = 10;
  private static final int SECRET_BYTES = 32;
  private static final String DATA = "data";

  static SteleConfig create(Path directory, int basePort, int nodes) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new SteleConfig(directory, basePort, nodes, HexFormat.of().formatHex(secret));
  }

  String client(int node) {
    return address(node, 0);
  }

  String http(int node) {
    return address(node, 2);
  }

  private String address(int node, int offset) {
    return "127.0.0.1:" + (basePort + PORT_STEP * node + offset);
  }

  Path folder(int node) {
    return directory.resolve("n" + node);
  }

  Path data(int node) {
    return folder(node).resolve(DATA);
  }

  Path file(int node) {
    return folder(node).resolve("server.yaml");
  }

  /** YAML. */
  String text(int node) {
    StringBuilder text = new StringBuilder();
    text.append("cluster:\n  name: compare\n  secret: ").append(secret).append("\n  nodes:\n");
    for (int each = 0; each < nodes; each++) {
      text.append("    - id: n").append(each).append('\n');
      text.append("      api: ").append(address(each, 0)).append('\n');
      text.append("      raft: ").append(address(each, 1)).append('\n');
    }
    text.append("node:\n  id: n").append(node).append('\n');
    text.append("  data-dir: ").append(DATA).append('\n');
    text.append("api:\n  listen: ").append(client(node)).append('\n');
    text.append("raft:\n  listen: ").append(address(node, 1)).append('\n');
    text.append("  min-free-space: 128MiB\n");
    text.append("http:\n  listen: ").append(http(node)).append('\n');
    return text.toString();
  }

  @Override
  public String toString() {
    return "SteleConfig[directory=" + directory + ", basePort=" + basePort + "]";
  }
}
