// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long it takes to append 4 KiB to a file and force them to the disk, in microseconds. */
public record Fsync(long p50Micros, long p99Micros) {
  private static final int BYTES = 4096;
  private static final int TIMES = 500;
  private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(1);

  static Fsync measure(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "fsync", ".tmp");
    Histogram micros = new Histogram(1, MAX_MICROS, 3);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      long began = System.nanoTime();
      for (int i = 0; i < TIMES && System.nanoTime() - began < BOUND_NANOS; i++) {
        long start = System.nanoTime();
        ByteBuffer block = ByteBuffer.allocate(BYTES);
        while (block.hasRemaining()) {
          channel.write(block);
        }
        channel.force(false);
        long took = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        micros.recordValue(Math.max(1, Math.min(MAX_MICROS, took)));
      }
    } finally {
      Files.delete(file);
    }
    return new Fsync(micros.getValueAtPercentile(50), micros.getValueAtPercentile(99));
  }
}
