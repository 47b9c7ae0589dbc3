// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folders beside the marker that hold a node's data. Each has a small file of its own with the
 * id that the marker gives these data: a folder that was emptied lacks it, and one that came from
 * elsewhere has another.
 */
enum DataParts {
  RAFT("raft", "raft-meta", "its votes and its log are gone"),
  STORE("store", "CURRENT", "the Raft log need not hold all of what was in it");

  static final String OWNER_FILE = "owner";

  /** Beside the owner file: what Ratis leaves beside its data, and says nothing about them. */
  private static final Set<String> NO_DATA = Set.of(OWNER_FILE, "in_use.lock");

  /** A UUID, and room for what is no owner file. */
  private static final int MAX_OWNER_BYTES = 1024;

  private final String folder;
  private final String essential;
  private final String loss;

  DataParts(String folder, String essential, String loss) {
    this.folder = folder;
    this.essential = essential;
    this.loss = loss;
  }

  Path in(Path root) {
    return root.resolve(folder);
  }

  boolean hasData(Path root) throws IOException {
    return holds(root, name -> !NO_DATA.contains(name));
  }

  /** Makes the folder, with its owner file; returns when a power loss can't undo what is in it. */
  void create(Path root, String dataId) throws IOException {
    Path directory = Files.createDirectories(in(root));
    try (FileChannel out =
        FileChannel.open(
            directory.resolve(OWNER_FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap((dataId + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    DataMarker.fsync(directory);
  }

  /**
   * Refuses a folder that was emptied, or is of other data than {@code marker}.
   *
   * @throws DataDirectoryException if so
   */
  void check(Path root, DataMarker marker) throws IOException {
    Optional<String> owner = owner(root);
    boolean essentialThere = holds(root, essential::equals);
    if (!essentialThere && (marker.used() || owner.isEmpty())) {
      throw new DataDirectoryException(
          in(root)
              + " was wiped: this node has run here before, and "
              + loss
              + ". A wiped voter must not come back under its old name. Put the data back, or"
              + " remove "
              + root
              + " and let the node join under a new node.id.");
    }
    if (owner.isEmpty() || !owner.get().equals(marker.dataId())) {
      throw new DataDirectoryException(
          in(root)
              + " belongs to other data than "
              + root.resolve(DataMarker.FILE)
              + ": it was put there from another node, or from another time. Put back what belongs"
              + " together, or remove "
              + root
              + " and let the node join under a new node.id.");
    }
  }

  private Optional<String> owner(Path root) throws IOException {
    Path file = in(root).resolve(OWNER_FILE);
    try {
      return Files.size(file) > MAX_OWNER_BYTES
          ? Optional.of("")
          : Optional.of(new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).strip());
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  private boolean holds(Path root, Predicate<String> name) throws IOException {
    Path directory = in(root);
    if (!Files.exists(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .anyMatch(file -> name.test(file.getFileName().toString()));
    }
  }
}
