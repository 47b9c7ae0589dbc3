// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs commands in this process, against a scripted store. */
public final class CliRun {
  /** What the store answers. */
  public final ScriptedStore store = new ScriptedStore();

  /** Variables that the command sees. */
  public final Map<String, String> environment = new HashMap<>();

  private String stdin = "";
  private boolean brokenPipe;
  private Path directory = Path.of("").toAbsolutePath();

  /** What a pipe is once its reader has gone. */
  private static final class Broken extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      throw new IOException("Broken pipe");
    }
  }

  /** What a command left behind. */
  public record Result(int code, String out, String err) {}

  /** Sets what standard input holds. */
  public CliRun stdin(String text) {
    stdin = text;
    return this;
  }

  /** Sets where the command is called. */
  public CliRun in(Path where) {
    directory = where;
    return this;
  }

  /** Has nobody read what is printed. */
  public CliRun brokenPipe() {
    brokenPipe = true;
    return this;
  }

  /** Runs one command. */
  public Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(brokenPipe ? new Broken() : out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
            environment,
            directory,
            false,
            store::open);
    int code = Cli.run(terminal, args);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
