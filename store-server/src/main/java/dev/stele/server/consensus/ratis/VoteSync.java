// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.StoreFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Makes this node's term and vote durable before anybody is told of them.
 *
 * <p>Ratis writes both to a file of another name, syncs that, and renames it; the rename itself is
 * in the folder, which Ratis never syncs. After a power loss the old file may stand there again,
 * and a node that forgot its vote votes twice in one term.
 *
 * <p>So every message that another node could build on passes here first. Ratis has renamed before
 * it makes such a message, and keeps what it renamed last in memory: as long as that is what was
 * synced last, nothing is done. One sync a vote, none a heartbeat. Any thread.
 */
final class VoteSync {
  private final DirectorySync disk;
  private final FaultPolicy faults;
  private volatile @Nullable Opened opened;
  private volatile @Nullable RaftStorageMetadata durable;
  private volatile @Nullable StoreFault failed;

  /**
   * @param faults told when the disk fails; nothing is told to other nodes from then on, because a
   *     sync that is tried again may succeed without having written anything
   */
  VoteSync(DirectorySync disk, FaultPolicy faults) {
    this.disk = disk;
    this.faults = faults;
  }

  /** What was renamed last. */
  @FunctionalInterface
  interface Written {
    RaftStorageMetadata last() throws IOException;
  }

  /** Ratis has its storage; before this there is no vote to tell of. */
  void opened(RaftStorage storage, Path raftDirectory) {
    Path current = storage.getStorageDir().getCurrentDir().toPath();
    Path group = storage.getStorageDir().getRoot().toPath();
    opened(storage.getMetadataFile()::getMetadata, List.of(current, group, raftDirectory));
  }

  /**
   * @param folders the one that is renamed in, and those above it, which may be new as well
   */
  void opened(Written written, List<Path> folders) {
    opened = new Opened(written, List.copyOf(folders));
  }

  /**
   * Returns when the term and the vote that this node has now would survive a power loss.
   *
   * @throws StoreFault if they would not: then the message must not be sent
   */
  void beforeTelling() {
    beforeTelling(0);
  }

  /**
   * The same for a message that is true only of a node that has come to {@code term}. Ratis goes on
   * with a term that it failed to write, and would not try to write it again.
   */
  void beforeTelling(long term) {
    StoreFault earlier = failed;
    if (earlier != null) {
      throw new StoreFault("this node's vote could not be made durable", earlier);
    }
    Opened storage = opened;
    if (storage == null) {
      throw new IllegalStateException("the storage of votes is not open yet");
    }
    try {
      RaftStorageMetadata last = storage.written().last();
      if (last.getTerm() < term) {
        throw new IOException("term " + term + " was not written, but " + last);
      }
      if (!last.equals(durable)) {
        sync(storage);
      }
    } catch (IOException e) {
      throw fatal(e);
    }
  }

  private synchronized void sync(Opened storage) throws IOException {
    // Read before the sync: what is renamed while it runs may not be in it.
    RaftStorageMetadata last = storage.written().last();
    if (last.equals(durable)) {
      return;
    }
    boolean first = durable == null;
    for (Path folder : first ? storage.folders() : storage.folders().subList(0, 1)) {
      disk.sync(folder);
    }
    durable = last;
  }

  private StoreFault fatal(IOException cause) {
    StoreFault fault = new StoreFault("this node's vote can't be made durable", cause);
    failed = fault;
    faults.fatal("the vote can't be made durable", cause);
    return fault;
  }

  private record Opened(Written written, List<Path> folders) {}
}
