// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this JVM holds at a moment; Linux only.
 *
 * @param threads live Java threads, without those that libraries make once for a JVM
 * @param rocksThreads RocksDB's own threads, which Java does not see
 * @param files what the open descriptors lead to, and how many of them; sockets are one kind
 * @param heapBytes used after a collection
 * @param directBytes of NIO and of the two Nettys
 * @param nativeBytes that are resident outside the Java heap: RocksDB's, Netty's, the JVM's own
 */
record Footprint(
    Set<Thread> threads,
    long rocksThreads,
    Map<String, Long> files,
    long heapBytes,
    long directBytes,
    long nativeBytes) {
  private static final Path PROC = Path.of("/proc/self");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ ");
  private static final long COMPRESSED_POINTERS_END = 64L << 30;

  /**
   * Threads of the whole JVM, whatever is started and stopped in it: one each, or as many as there
   * are cores.
   */
  private static final List<String> SHARED =
      List.of(
          // gRPC's executor and timers, in Ratis's copy too; they end when they have been idle.
          "grpc-default-",
          "grpc-nio-",
          "grpc-shared-destroyer-",
          // Netty's, for promises without an event loop; ends when idle.
          "globalEventExecutor",
          // The JDK's.
          "ForkJoinPool",
          "Common-Cleaner",
          "Attach Listener",
          // The tests'.
          "awaitility");

  static boolean canBeTaken() {
    return Files.isDirectory(PROC.resolve("fd"));
  }

  static Footprint now() {
    return new Footprint(
        javaThreads(),
        rocksDbThreads(),
        openFiles(),
        heapAfterCollection(),
        directMemory(),
        nativeMemory());
  }

  static Set<Thread> javaThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(thread -> SHARED.stream().noneMatch(thread.getName()::startsWith))
        .collect(Collectors.toSet());
  }

  static long rocksDbThreads() {
    return each(PROC.resolve("task"), task -> text(task.resolve("comm")))
        .filter(name -> name.startsWith("rocksdb"))
        .count();
  }

  static Map<String, Long> openFiles() {
    return each(PROC.resolve("fd"), Footprint::target)
        // Each socket and each pipe has a number of its own.
        .map(target -> target.replaceAll(":\\[\\d+]", ""))
        .collect(Collectors.groupingBy(it -> it, TreeMap::new, Collectors.counting()));
  }

  /** What comes of each entry; threads and descriptors that end meanwhile are passed over. */
  private static Stream<String> each(Path directory, Function<Path, String> reader) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(reader).filter(text -> !text.isEmpty()).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException closed) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException ended) {
      return "";
    }
  }

  private static long heapAfterCollection() {
    // The second one takes what cleaners let go after the first.
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long directMemory() {
    long nio =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    long netty = io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent.usedDirectMemory();
    long ratis =
        org.apache.ratis.thirdparty.io.netty.util.internal.PlatformDependent.usedDirectMemory();
    // Both say -1 where they don't count.
    return nio + Math.max(0, netty) + Math.max(0, ratis);
  }

  /** The Java heap lies below, where compressed pointers reach; what malloc gives lies above. */
  private static long nativeMemory() {
    long kib = 0;
    boolean isNative = false;
    for (String line : text(PROC.resolve("smaps")).lines().toList()) {
      Matcher mapping = MAPPING.matcher(line);
      if (mapping.lookingAt()) {
        isNative = Long.parseUnsignedLong(mapping.group(1), 16) > COMPRESSED_POINTERS_END;
      } else if (isNative && line.startsWith("Rss:")) {
        kib += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return kib * 1024;
  }

  @Override
  public String toString() {
    return threads.size()
        + " threads, "
        + rocksThreads
        + " of RocksDB, "
        + files.values().stream().mapToLong(it -> it).sum()
        + " descriptors, heap "
        + heapBytes / 1024
        + " KiB, direct "
        + directBytes / 1024
        + " KiB, native "
        + nativeBytes / 1024
        + " KiB";
  }
}
