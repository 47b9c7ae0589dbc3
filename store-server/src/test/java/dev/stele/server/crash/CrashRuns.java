// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.byteman.agent.Main;
import org.rocksdb.util.Environment;

/** Starts {@link CrashProcess}es, with the rules of a crash and of a mutant. */
final class CrashRuns {
  /** To start quickly: it does not live long enough to become fast. */
  private static final List<String> JVM =
      List.of(
          "-Xmx96m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "-Dslf4j.internal.verbosity=ERROR");

  private final Path directory;
  private final Optional<Mutant> mutant;
  private final String classPath;

  /**
   * @param directory for what lasts longer than a run
   */
  CrashRuns(Path directory, Optional<Mutant> mutant) throws IOException {
    this.directory = directory;
    this.mutant = mutant;
    this.classPath = classPath();
    // Else each process unpacks it anew, and leaves it behind.
    String library = Environment.getJniLibraryFileName("rocksdb");
    try (InputStream packed = Environment.class.getClassLoader().getResourceAsStream(library)) {
      Files.copy(packed, directory.resolve(library));
    }
  }

  /** Without the logging, whose start takes longer than that of all the rest. */
  private static String classPath() {
    String separator = System.getProperty("path.separator");
    return Arrays.stream(System.getProperty("java.class.path").split(separator))
        .filter(part -> !part.contains("logback"))
        .collect(Collectors.joining(separator));
  }

  /** Runs a process to its end, and has every line judged. */
  void run(Path store, Path log, long logSeed, long runSeed, Crash crash, Judge judge)
      throws IOException {
    Process process = start(store, log, logSeed, runSeed, crash);
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      judge.started();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        judge.line(line);
        if (line.equals("reached")) {
          // Process.destroyForcibly would close its output too.
          process.toHandle().destroyForcibly();
        }
      }
      process.onExit().join();
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  private Process start(Path store, Path log, long logSeed, long runSeed, Crash crash)
      throws IOException {
    Path rules = directory.resolve("rules.btm");
    Files.writeString(
        rules,
        Rules.WATCH_DECISIONS
            + Rules.SHORT_SLACK
            + crash.step().map(Step::rule).orElse("")
            + mutant.map(Mutant::rules).orElse(""));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.add("-Djava.library.path=" + directory);
    command.add("-javaagent:" + byteman() + "=script:" + rules);
    command.addAll(List.of("-cp", classPath, CrashProcess.class.getName()));
    command.addAll(List.of(store.toString(), log.toString()));
    command.addAll(List.of(Long.toString(logSeed), Long.toString(runSeed)));
    command.add(crash.argument());
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static Path byteman() {
    return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
