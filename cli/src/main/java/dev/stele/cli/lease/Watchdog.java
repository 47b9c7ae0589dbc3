// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command in a process group of its own, watched by a process in a session of its own, which ends
 * the whole group at the last deadline that it was told, and at once when this process is dead. It
 * is a shell script, {@code watchdog.sh}: small enough to be there at once, and with nothing in it
 * that could pause.
 *
 * <p>It is told by a named pipe, so that standard input, output and error stay the command's. Linux
 * only. Not thread-safe, except {@link #end}.
 */
final class Watchdog implements AutoCloseable {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final String SCRIPT = "watchdog.sh";
  private static final String FIFO = "pipe";
  private static final String OVERDUE = ".overdue";
  private static final String PID = ".pid";
  private static final int MILLIS_A_TICK = 10;

  private final Path directory;
  private final RandomAccessFile pipe;
  private final Process process;
  private long toldMillis;

  private Watchdog(Path directory, RandomAccessFile pipe, Process process) {
    this.directory = directory;
    this.pipe = pipe;
    this.process = process;
  }

  /**
   * Prepares a watchdog; its command starts with the first {@link #until}.
   *
   * @param termBefore how long before the deadline the group gets SIGTERM
   * @param grace how long a command that was asked to end may take
   * @param environment variables besides those of this process
   * @throws CliException on systems that lack what it needs
   */
  static Watchdog start(
      List<String> command, Map<String, String> environment, Duration termBefore, Duration grace)
      throws IOException, InterruptedException {
    check();
    Path directory = Files.createTempDirectory("stele-hold-");
    Path fifo = directory.resolve(FIFO);
    RandomAccessFile pipe = null;
    try {
      Process mkfifo = new ProcessBuilder("mkfifo", "-m", "600", fifo.toString()).start();
      if (mkfifo.waitFor() != 0) {
        throw CliException.unavailable("can't make a pipe in " + directory);
      }
      // For reading too, so that the open does not wait for the watchdog's.
      pipe = new RandomAccessFile(fifo.toFile(), "rw");
      List<String> line =
          new ArrayList<>(
              List.of(
                  "setsid",
                  "bash",
                  "-c",
                  script(),
                  "stele",
                  fifo.toString(),
                  String.valueOf(termBefore.toMillis()),
                  String.valueOf(grace.toMillis())));
      line.addAll(command);
      ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
      builder.environment().putAll(environment);
      return new Watchdog(directory, pipe, builder.start());
    } catch (IOException | InterruptedException | RuntimeException e) {
      cleanUp(directory, pipe);
      throw e;
    }
  }

  private static void check() {
    if (!Files.isReadable(UPTIME)) {
      throw CliException.unavailable(
          "a command under a lease needs Linux: a clock that all processes share, " + UPTIME);
    }
    for (String program : List.of("setsid", "mkfifo", "bash")) {
      boolean found =
          List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).stream()
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      if (!found) {
        throw CliException.unavailable("a command under a lease needs '" + program + "'");
      }
    }
  }

  private static String script() throws IOException {
    try (InputStream in = Watchdog.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new IOException(SCRIPT + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * The boot clock, which all processes share and which goes on while one is stopped; not above
   * what it truly is. To add what is left of something, read it before that.
   */
  static long bootMillis() throws IOException {
    String text = Files.readString(UPTIME);
    String ticks = text.substring(0, text.indexOf(' ')).replace(".", "");
    return Long.parseLong(ticks) * MILLIS_A_TICK;
  }

  /** The group may run until the boot clock shows this; never less than it was told before. */
  void until(long bootMillis) throws IOException {
    if (bootMillis > toldMillis) {
      toldMillis = bootMillis;
      // Its own clock is read as coarsely.
      tell("until " + (bootMillis - MILLIS_A_TICK));
    }
  }

  /** Has the group end: SIGTERM now, SIGKILL after the grace. Any thread. */
  void end() throws IOException {
    tell("end");
  }

  private void tell(String line) throws IOException {
    // One write, so that the line arrives whole.
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
    pipe.write(bytes);
  }

  /** Has the group killed, now. */
  void abandon() throws IOException {
    pipe.close();
  }

  /** Waits; true when the whole group has ended. Ends it if the watchdog itself was killed. */
  boolean awaitEnd(Duration longest) throws IOException, InterruptedException {
    boolean ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    if (ended) {
      killOrphans();
    }
    return ended;
  }

  private void killOrphans() throws IOException, InterruptedException {
    Path noted = directory.resolve(FIFO + PID);
    String group = Files.exists(noted) ? Files.readString(noted).strip() : "";
    if (!group.isEmpty()) {
      new ProcessBuilder("kill", "-KILL", "--", "-" + group).inheritIO().start().waitFor();
      Files.delete(noted);
    }
  }

  /** The command's own, or 128 and the signal that ended it. */
  int exitCode() {
    return process.exitValue();
  }

  /** Whether the deadline ended it. */
  boolean wasOverdue() {
    return Files.exists(directory.resolve(FIFO + OVERDUE));
  }

  long pid() {
    return process.pid();
  }

  /** Has the group killed if it still runs, and waits for that. */
  @Override
  public void close() throws IOException {
    pipe.close();
    try {
      process.waitFor();
      killOrphans();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      cleanUp(directory, pipe);
    }
  }

  private static void cleanUp(Path directory, @Nullable RandomAccessFile pipe) throws IOException {
    if (pipe != null) {
      pipe.close();
    }
    Files.deleteIfExists(directory.resolve(FIFO));
    Files.deleteIfExists(directory.resolve(FIFO + OVERDUE));
    Files.deleteIfExists(directory.resolve(FIFO + PID));
    Files.deleteIfExists(directory);
  }
}
