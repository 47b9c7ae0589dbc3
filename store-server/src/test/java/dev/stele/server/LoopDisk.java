// SPDX-License-Identifier: Apache-2.0
package dev.stele.server;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * An ext4 file system in a file, whose power can be cut: what was not synced is lost then. Writes
 * back by itself only every five minutes, so that nothing gets to the disk by chance. Needs root,
 * loop devices and the tools of xfsprogs and e2fsprogs.
 */
public final class LoopDisk implements AutoCloseable {
  private static final long IMAGE_BYTES = 64 << 20;

  private final Path image;
  private final Path root;
  private boolean mounted;

  private LoopDisk(Path image, Path root) {
    this.image = image;
    this.root = root;
  }

  /** Makes one, or skips the test and says why where that can't be done. */
  public static LoopDisk makeOrSkip(Path directory) throws IOException, InterruptedException {
    for (String tool : List.of("mkfs.ext4 -V", "xfs_io -V", "mount -V")) {
      String problem = problem(tool.split(" ", -1));
      Assumptions.assumeTrue(problem.isEmpty(), "SKIPPED, power loss is not tested: " + problem);
    }
    LoopDisk disk = new LoopDisk(directory.resolve("image"), directory.resolve("mounted"));
    Files.createDirectories(disk.root);
    try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
      file.setLength(IMAGE_BYTES);
    }
    run("mkfs.ext4", "-q", "-F", disk.image.toString());
    String problem = disk.mounting();
    Assumptions.assumeTrue(problem.isEmpty(), "SKIPPED, power loss is not tested: " + problem);
    return disk;
  }

  public Path root() {
    return root;
  }

  /** From now on nothing gets to the disk, and what was not synced never will. */
  public void cutPower() throws IOException, InterruptedException {
    run("xfs_io", "-x", "-c", "shutdown", root.toString());
  }

  /** The disk as a machine finds it when it starts again; nobody may have a file open on it. */
  public void restart() throws IOException, InterruptedException {
    unmount();
    String problem = mounting();
    if (!problem.isEmpty()) {
      throw new IOException(problem);
    }
  }

  private String mounting() throws IOException, InterruptedException {
    String problem = problem("mount", "-o", "loop,commit=300", image.toString(), root.toString());
    mounted = problem.isEmpty();
    return problem;
  }

  private void unmount() throws IOException, InterruptedException {
    run("umount", root.toString());
    mounted = false;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (mounted) {
      unmount();
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    String problem = problem(command);
    if (!problem.isEmpty()) {
      throw new IOException(problem);
    }
  }

  /** Empty when the command succeeds. */
  private static String problem(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return String.join(" ", command) + " does not end";
      }
      return process.exitValue() == 0 ? "" : String.join(" ", command) + ": " + output;
    } catch (IOException e) {
      return e.toString();
    }
  }
}
