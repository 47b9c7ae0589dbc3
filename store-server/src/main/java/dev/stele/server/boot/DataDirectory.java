// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that holds all that a node must not lose: {@code node.json} (whose it is), {@code
 * raft/}, {@code store/}, and {@code lock}, which one process holds at a time.
 *
 * <p>A voter that comes back empty under its old id votes twice in one term, and acknowledged
 * writes can be lost. Raft can't see that; the marker can, so whatever does not fit is refused.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK_FILE = "lock";

  /** Ratis leaves it beside its data, and it says nothing about them. */
  private static final String RATIS_LOCK_FILE = "in_use.lock";

  private final Path root;
  private final FileChannel lock;
  private volatile DataMarker marker;

  private DataDirectory(Path root, FileChannel lock, DataMarker marker) {
    this.root = root;
    this.lock = lock;
    this.marker = marker;
  }

  /**
   * Takes the folder for one node, and makes it where there is none. Blocks on the disk.
   *
   * @throws DataDirectoryException if it is in use, or not this node's, or not whole
   */
  public static DataDirectory open(Path directory, String clusterName, String nodeId) {
    try {
      Path root = Files.createDirectories(directory).toRealPath();
      FileChannel lock = lock(root);
      try {
        Optional<DataMarker> found = DataMarker.read(root);
        DataMarker marker =
            found.isPresent()
                ? recognised(root, found.get(), clusterName, nodeId)
                : created(root, clusterName, nodeId);
        return new DataDirectory(root, lock, marker);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new DataDirectoryException(
          "node.data-dir "
              + directory
              + " can't be used: "
              + e
              + ". Give this process a folder that"
              + " it can write to.",
          e);
    }
  }

  /** Where Raft keeps its log and its votes. */
  public Path raft() {
    return root.resolve("raft");
  }

  /** Where the state is kept. */
  public Path store() {
    return root.resolve("store");
  }

  /**
   * Notes that the node runs on it: from now on it is refused when its parts are missing. To be
   * called once Raft and the store have made their files. Blocks on the disk.
   */
  public void used() {
    if (marker.used()) {
      return;
    }
    try {
      DataMarker now =
          new DataMarker(marker.format(), marker.cluster(), marker.node(), marker.created(), true);
      now.write(root);
      marker = now;
    } catch (IOException e) {
      throw new DataDirectoryException(root + " can't be written: " + e, e);
    }
  }

  /** Lets another process have it. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new StartException("the lock of " + root + " can't be released", e);
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve(LOCK_FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      FileLock held = tryLock(channel);
      if (held == null) {
        throw new DataDirectoryException(
            root
                + " is in use by process "
                + holder(channel)
                + ". Stop it first, or give this node a node.data-dir of its own.");
      }
      String pid = ProcessHandle.current().pid() + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(32);
    int length = channel.read(pid, 0);
    return length <= 0
        ? "?"
        : new String(pid.array(), 0, length, StandardCharsets.US_ASCII).strip();
  }

  private static DataMarker created(Path root, String cluster, String node) throws IOException {
    for (String part : new String[] {"raft", "store"}) {
      if (hasFiles(root.resolve(part))) {
        throw new DataDirectoryException(
            root.resolve(part)
                + " has data, but "
                + DataMarker.FILE
                + " beside it is missing, so nothing tells whose they are. Put the file back, or"
                + " choose another node.data-dir.");
      }
    }
    // The marker comes last: a crash before it leaves empty folders, which are taken again.
    Files.createDirectories(root.resolve("raft"));
    Files.createDirectories(root.resolve("store"));
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    DataMarker marker = new DataMarker(DataMarker.FORMAT, cluster, node, now, false);
    marker.write(root);
    return marker;
  }

  private static DataMarker recognised(Path root, DataMarker marker, String cluster, String node)
      throws IOException {
    if (!marker.cluster().equals(cluster)) {
      throw new DataDirectoryException(
          root
              + " belongs to the cluster \""
              + marker.cluster()
              + "\", and cluster.name is \""
              + cluster
              + "\". Set cluster.name right, or choose another node.data-dir.");
    }
    if (!marker.node().equals(node)) {
      throw new DataDirectoryException(
          root
              + " belongs to the node \""
              + marker.node()
              + "\", and node.id is \""
              + node
              + "\". Set node.id right, or choose another node.data-dir.");
    }
    if (marker.used()) {
      wholeOrRefused(root, "raft", "its votes and its log are gone");
      wholeOrRefused(root, "store", "the Raft log need not hold all of what was in it");
    }
    return marker;
  }

  private static void wholeOrRefused(Path root, String part, String loss) throws IOException {
    if (!hasFiles(root.resolve(part))) {
      throw new DataDirectoryException(
          root.resolve(part)
              + " was wiped: this node has run here before, and "
              + loss
              + ". A wiped voter must not come back under its old name. Put the data back, or remove "
              + root
              + " and let the node join under a new node.id.");
    }
  }

  private static boolean hasFiles(Path part) throws IOException {
    if (!Files.exists(part)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(part)) {
      return files
          .filter(Files::isRegularFile)
          .anyMatch(file -> !file.getFileName().toString().equals(RATIS_LOCK_FILE));
    }
  }
}
