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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;

/**
 * The folder that holds all that a node must not lose: {@code node.json} (whose it is), {@code
 * raft/}, {@code store/}, and {@code lock}, which one process holds at a time.
 *
 * <p>A voter that comes back empty under its old id votes twice in one term, and acknowledged
 * writes can be lost. Raft can't see that; the marker can, so whatever does not fit is refused.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK_FILE = "lock";

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
      Path root = madeDurably(directory).toRealPath();
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
    return DataParts.RAFT.in(root);
  }

  /** For what is unpacked from the program itself; says nothing about the data. */
  public Path libraries() {
    return root.resolve("native");
  }

  /** Where the state is kept. */
  public Path store() {
    return DataParts.STORE.in(root);
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
          new DataMarker(
              marker.format(),
              marker.cluster(),
              marker.node(),
              marker.dataId(),
              marker.created(),
              true);
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

  /**
   * Makes the folder and those above it, so that a power loss can't take them away again: a node
   * whose whole folder is gone can't know that it ever voted.
   */
  private static Path madeDurably(Path directory) throws IOException {
    Deque<Path> absent = new ArrayDeque<>();
    Path above = directory.toAbsolutePath();
    while (above != null && Files.notExists(above)) {
      absent.push(above);
      above = above.getParent();
    }
    Files.createDirectories(directory);
    for (Path made : absent) {
      DataMarker.fsync(made.getParent());
    }
    return directory;
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
    for (DataParts part : DataParts.values()) {
      if (part.hasData(root)) {
        throw new DataDirectoryException(
            part.in(root)
                + " has data, but "
                + DataMarker.FILE
                + " beside it is missing, so nothing tells whose they are. Put the file back, or"
                + " choose another node.data-dir.");
      }
    }
    String dataId = UUID.randomUUID().toString();
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    // The marker comes last: a crash before it leaves folders without data, which are taken again.
    for (DataParts part : DataParts.values()) {
      part.create(root, dataId);
    }
    DataMarker marker = new DataMarker(DataMarker.FORMAT, cluster, node, dataId, now, false);
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
    for (DataParts part : DataParts.values()) {
      part.check(root, marker);
    }
    return marker;
  }
}
