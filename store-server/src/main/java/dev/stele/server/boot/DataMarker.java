// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Whose data it is: a small JSON file beside it, replaced as a whole and fsynced with its folder.
 *
 * @param dataId random, the same in each part of these data
 * @param created wall-clock time, for people
 * @param used whether the node has run on it: from then on its votes are in there
 */
record DataMarker(
    int format, String cluster, String node, String dataId, String created, boolean used) {
  static final String FILE = "node.json";

  /** The layout that this build reads and writes. */
  static final int FORMAT = 1;

  /** Far more than any marker. */
  private static final int MAX_BYTES = 64 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The marker in {@code directory}, if there is one. */
  static Optional<DataMarker> read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw unreadable(file, "it is too long");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw unreadable(file, "it is no JSON");
    }
    int format = json.path("formatVersion").asInt(0);
    if (format < 1) {
      throw unreadable(file, "it has no formatVersion");
    }
    if (format > FORMAT) {
      throw new DataDirectoryException(
          file
              + " is of format "
              + format
              + ", and this build knows formats up to "
              + FORMAT
              + ": a newer build has written it. Start that build, or an even newer one.");
    }
    JsonNode cluster = json.path("cluster");
    JsonNode node = json.path("node");
    JsonNode dataId = json.path("dataId");
    JsonNode used = json.path("used");
    if (!cluster.isTextual() || !node.isTextual() || !dataId.isTextual() || !used.isBoolean()) {
      throw unreadable(file, "it lacks cluster, node, dataId or used");
    }
    return Optional.of(
        new DataMarker(
            format,
            cluster.textValue(),
            node.textValue(),
            dataId.textValue(),
            json.path("created").asText(""),
            used.booleanValue()));
  }

  /** Replaces the marker; returns when a power loss can't undo it. */
  void write(Path directory) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("formatVersion", format);
    json.put("cluster", cluster);
    json.put("node", node);
    json.put("dataId", dataId);
    json.put("created", created);
    json.put("used", used);
    byte[] bytes = (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    Path staged = directory.resolve(FILE + ".tmp");
    try (FileChannel out =
        FileChannel.open(
            staged,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      out.force(true);
    }
    Files.move(staged, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    fsync(directory);
  }

  /** Makes the names in a folder survive a power loss. */
  static void fsync(Path directory) throws IOException {
    try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static DataDirectoryException unreadable(Path file, String why) {
    return new DataDirectoryException(
        file
            + " can't be understood: "
            + why
            + ". Put it back from a copy of this node's data, or remove the whole folder and let the"
            + " node join under a new node.id.");
  }
}
