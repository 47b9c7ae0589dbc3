// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel tells of processes, by {@code /proc}. */
final class Processes {
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final double TICKS_PER_SECOND = 100;
  // Behind the program's name in parentheses: the state is the first, utime and stime these.
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  private Processes() {}

  /** Which nodes have ended although nobody killed them. */
  static Optional<String> death(Cluster cluster) {
    List<Long> pids = cluster.pids();
    for (int node = 0; node < pids.size(); node++) {
      long pid = pids.get(node);
      if (pid != 0 && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
        return Optional.of("node " + node + " died");
      }
    }
    return Optional.empty();
  }

  /** CPU seconds that these have used, those of ended ones left out. */
  static double cpuSeconds(List<Long> pids) {
    double sum = 0;
    for (long pid : pids) {
      String stat = read(pid, "stat");
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" +", -1);
      if (fields.length > SYSTEM_TICKS) {
        sum += Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
      }
    }
    return sum / TICKS_PER_SECOND;
  }

  /** Resident memory of a process in bytes; 0 if it can't be told. */
  static long residentBytes(long pid) {
    Matcher matcher = RSS.matcher(read(pid, "status"));
    return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : 0;
  }

  /** Empty where a process has ended, or where there is no such file system. */
  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(pid), file));
    } catch (IOException gone) {
      return "";
    }
  }
}
