// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a run took place.
 *
 * @param cpu its model
 * @param cores that this process may use
 * @param memoryMebibytes of the machine
 * @param fileSystem of the data
 * @param fsync how long 4 KiB take to the disk
 */
public record Machine(
    String cpu,
    int cores,
    long memoryMebibytes,
    String kernel,
    String java,
    String fileSystem,
    Fsync fsync) {
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");
  private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB");

  /**
   * This one.
   *
   * @param directory where data will be; exists
   */
  public static Machine look(Path directory) throws IOException {
    return new Machine(
        first(MODEL, Path.of("/proc/cpuinfo"), System.getProperty("os.arch", "unknown")),
        Runtime.getRuntime().availableProcessors(),
        Long.parseLong(first(TOTAL, Path.of("/proc/meminfo"), "0")) / 1024,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        Files.getFileStore(directory).type(),
        Fsync.measure(directory));
  }

  private static String first(Pattern pattern, Path file, String otherwise) throws IOException {
    if (!Files.isReadable(file)) {
      return otherwise;
    }
    Matcher matcher = pattern.matcher(Files.readString(file, StandardCharsets.UTF_8));
    return matcher.find() ? matcher.group(1).strip() : otherwise;
  }

  /** In a line, for people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %,d MiB, %s, %s; data on %s, 4 KiB and fsync: p50 %.2f ms, p99 %.2f ms",
        cpu,
        cores,
        memoryMebibytes,
        kernel,
        java,
        fileSystem,
        fsync.p50Micros() / 1e3,
        fsync.p99Micros() / 1e3);
  }
}
