// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the launcher as a user would: a process of its own for each command. */
public final class Launcher {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path script;
  private final Map<String, String> variables;

  /** {@code script} is the launcher at the project's root. */
  public Launcher(Path script) {
    this(script, Map.of());
  }

  private Launcher(Path script, Map<String, String> variables) {
    this.script = script;
    this.variables = variables;
  }

  /**
   * The same with environment variables of its own: nodes take their settings from {@code STELE_…}.
   */
  public Launcher with(Map<String, String> environment) {
    return new Launcher(script, Map.copyOf(environment));
  }

  /**
   * Runs a command to its end.
   *
   * @throws IllegalStateException when it does not end in time; its process is ended then
   */
  public Finished run(Duration timeout, String... arguments) {
    Running running = start(arguments);
    return running.await(timeout);
  }

  /** Starts a command; its output is gathered in files until it ends. */
  public Running start(String... arguments) {
    try {
      Path output = Files.createTempFile("stele", ".out");
      Path errors = Files.createTempFile("stele", ".err");
      List<String> command = new ArrayList<>();
      command.add(script.toString());
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      // What is judged is what the build has packaged: a second build must not begin under it.
      builder.environment().put("STELE_NO_BUILD", "1");
      builder.environment().putAll(variables);
      Process process = builder.start();
      return new Running(process, command, output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command under way. */
  public record Running(Process process, List<String> command, Path output, Path errors) {
    /** Waits for the end of the command. */
    public Finished await(Duration timeout) {
      try {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
          throw new IllegalStateException(
              command + " did not end within " + timeout + ": " + Files.readString(errors));
        }
        Finished finished =
            new Finished(
                process.exitValue(),
                Files.readString(output, StandardCharsets.UTF_8),
                Files.readString(errors, StandardCharsets.UTF_8));
        Files.delete(output);
        Files.delete(errors);
        return finished;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + command, e);
      }
    }
  }

  /** A command that ended. */
  public record Finished(int exitCode, String output, String errors) {
    /** Its output as one JSON document. */
    public JsonNode json() {
      try {
        return JSON.readTree(output);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + output + errors, e);
      }
    }
  }
}
