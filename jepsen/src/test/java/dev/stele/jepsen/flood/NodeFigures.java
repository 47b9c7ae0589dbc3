// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.flood;

import dev.stele.jepsen.cluster.ProcessCluster.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a server process takes of the machine, as the JDK's jstat and the kernel tell.
 *
 * @param heapMiB used at the moment, garbage included
 * @param gcSeconds that the collector has stopped it for, in all
 */
record NodeFigures(double heapMiB, double gcSeconds, long rssMiB) {
  /** Empty where there is neither jstat nor /proc. */
  static Optional<NodeFigures> of(Node node) {
    Path jstat = Path.of(System.getProperty("java.home"), "bin", "jstat");
    Path status = Path.of("/proc", Long.toString(node.pid()), "status");
    if (!Files.isExecutable(jstat) || !Files.isReadable(status)) {
      return Optional.empty();
    }
    try {
      Process process =
          new ProcessBuilder(jstat.toString(), "-gc", Long.toString(node.pid())).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      List<String> lines = text.lines().toList();
      if (process.waitFor() != 0 || lines.size() < 2) {
        return Optional.empty();
      }
      List<String> names = Arrays.asList(lines.get(0).strip().split("\\s+"));
      List<String> values = Arrays.asList(lines.get(1).strip().split("\\s+"));
      double usedKiB = 0;
      for (String column : List.of("S0U", "S1U", "EU", "OU")) {
        usedKiB += Double.parseDouble(values.get(names.indexOf(column)));
      }
      double gc = Double.parseDouble(values.get(names.indexOf("GCT")));
      return Optional.of(new NodeFigures(usedKiB / 1024, gc, rssMiB(status)));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static long rssMiB(Path status) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElse(0L);
  }

  @Override
  public String toString() {
    return "heap %.0f MiB, rss %d MiB, stopped by the collector for %.2f s in all"
        .formatted(heapMiB, rssMiB, gcSeconds);
  }
}
