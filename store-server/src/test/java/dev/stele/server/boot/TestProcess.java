// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, on this test's class path. */
final class TestProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  TestProcess(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    output = process.inputReader();
  }

  /** Reads the output up to a line that contains {@code text}, and returns that line. */
  String awaitLine(String text) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.contains(text)) {
        return line;
      }
    }
    throw new AssertionError("the process ended and did not say " + text + ": " + lines);
  }

  long pid() {
    return process.pid();
  }

  /** SIGTERM. */
  void terminate() {
    // Process.destroy would close its output too, and the last words would be lost.
    process.toHandle().destroy();
  }

  /** Lets the process read the end of its input. */
  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  int awaitExit() throws InterruptedException, IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
    }
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the process does not end: " + lines);
    }
    return process.exitValue();
  }

  List<String> lines() {
    return lines;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the process can't be killed: " + process.pid());
    }
  }
}
