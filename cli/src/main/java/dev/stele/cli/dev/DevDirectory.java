// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import dev.stele.cli.CliException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of a local cluster: one call at a time starts or stops what is in it. */
final class DevDirectory implements AutoCloseable {
  private static final String LOCK = "dev.lock";

  private final Path data;
  private final FileChannel channel;
  private final FileLock lock;

  private DevDirectory(Path data, FileChannel channel, FileLock lock) {
    this.data = data;
    this.channel = channel;
    this.lock = lock;
  }

  /** Takes the directory, and makes it if there is none. */
  static DevDirectory open(Path data) throws IOException {
    if (Files.exists(data) && !isOurs(data)) {
      throw CliException.badInput(
          "--data", data + " holds something else than a local cluster: give another directory");
    }
    Files.createDirectories(data);
    FileChannel channel =
        FileChannel.open(data.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw CliException.unavailable("another 'stele dev' is at work in " + data);
    }
    return new DevDirectory(data, channel, lock);
  }

  /** Deletes what the cluster has written; it must not run. */
  void wipe() throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        if (!path.equals(data) && !path.equals(data.resolve(LOCK))) {
          Files.delete(path);
        }
      }
    }
  }

  /** Whether a local cluster made it, or nobody has written into it yet. */
  private static boolean isOurs(Path data) throws IOException {
    if (!Files.isDirectory(data)) {
      return false;
    }
    if (Files.exists(data.resolve(LOCK))) {
      return true;
    }
    try (Stream<Path> entries = Files.list(data)) {
      return entries.findAny().isEmpty();
    }
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
