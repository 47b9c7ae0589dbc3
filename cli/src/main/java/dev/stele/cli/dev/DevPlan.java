// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.cli.CliException;
import dev.stele.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a local cluster is made of. Kept in its data directory, so that a restart finds the same
 * cluster.
 *
 * @param data the directory of all its nodes
 * @param nodes how many
 * @param port of the first node's API; node i has its listeners from {@code port + 10·i} on
 * @param name tells this cluster from other local ones
 * @param secret what its nodes prove to each other
 */
record DevPlan(Path data, int nodes, int port, String name, String secret) {
  /** The most nodes: as many as a cluster's configuration lists. */
  static final int NODES_MAX = 9;

  /** Between the first ports of two nodes. */
  static final int PORT_STEP = 10;

  private static final int PORT_MAX = 65_535;
  private static final int SECRET_BYTES = 32;
  private static final int NAME_BYTES = 4;
  private static final String FILE = "cluster.json";
  private static final SecureRandom RANDOM = new SecureRandom();

  DevPlan {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw CliException.badInput("--nodes", nodes + " is not between 1 and " + NODES_MAX);
    }
    int highest = PORT_MAX - PORT_STEP * (nodes - 1) - 2;
    if (port < 1 || port > highest) {
      throw CliException.badInput("--port", port + " is not between 1 and " + highest);
    }
  }

  /** A new cluster with a secret of its own. */
  static DevPlan create(Path data, int nodes, int port) {
    return new DevPlan(data, nodes, port, "dev-" + random(NAME_BYTES), random(SECRET_BYTES));
  }

  /** The cluster that the directory holds, if it holds one. */
  static Optional<DevPlan> load(Path data) throws IOException {
    Path file = data.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode saved = Json.read(Files.readString(file));
      return Optional.of(
          new DevPlan(
              data,
              saved.path("nodes").asInt(),
              saved.path("port").asInt(),
              saved.path("name").asText(),
              saved.path("secret").asText()));
    } catch (JsonProcessingException | CliException damaged) {
      throw CliException.badInput(
          "--data", file + " is damaged; --fresh starts over: " + damaged.getMessage());
    }
  }

  /** Writes down what the cluster is and how each node is configured; for this user's eyes only. */
  void save() throws IOException {
    Files.createDirectories(data);
    Files.writeString(data.resolve(".gitignore"), "*\n");
    for (DevNode node : all()) {
      Files.createDirectories(node.directory());
      writePrivately(node.config(), DevConfig.of(this, node));
    }
    String saved =
        Json.write(
            Json.object()
                .put("nodes", nodes)
                .put("port", port)
                .put("name", name)
                .put("secret", secret));
    writePrivately(data.resolve(FILE), saved + "\n");
  }

  List<DevNode> all() {
    return IntStream.range(0, nodes)
        .mapToObj(i -> new DevNode("n" + i, port + PORT_STEP * i, data.resolve("n" + i)))
        .toList();
  }

  @Override
  public String toString() {
    return "DevPlan[data=" + data + ", nodes=" + nodes + ", port=" + port + "]";
  }

  private static void writePrivately(Path file, String text) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix && !Files.exists(file)) {
      var ownerOnly = PosixFilePermissions.fromString("rw-------");
      Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
    }
    Files.writeString(file, text);
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
