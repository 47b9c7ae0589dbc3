// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.client.StoreClient;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a command has of the world around it.
 *
 * @param out results; buffered, and flushed when a command ends
 * @param err errors and progress
 * @param in what {@code -} reads
 * @param environment variables by name
 * @param directory where relative paths start
 * @param interactive whether a person looks at {@code err}
 * @param stores opens clients
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Map<String, String> environment,
    Path directory,
    boolean interactive,
    Connector stores) {

  /** Set by the launcher, which can ask the terminal; a JVM since 22 can't tell. */
  private static final String INTERACTIVE = "stele.interactive";

  private static final int BUFFER_BYTES = 1 << 16;

  /** Opens clients of a cluster. */
  @FunctionalInterface
  public interface Connector {
    /**
     * A client; nothing is connected yet.
     *
     * @param endpoints {@code host:port}, split by commas
     * @param timeout of each request
     * @throws IllegalArgumentException when one of the two is out of range
     */
    StoreClient open(String endpoints, Duration timeout);
  }

  /** This process's own. */
  public static Terminal system() {
    return new Terminal(
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
            false,
            StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        System.in,
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Boolean.getBoolean(INTERACTIVE),
        (endpoints, timeout) ->
            StoreClient.builder().endpoints(endpoints).requestTimeout(timeout).build());
  }

  /** The path, from where the command was called. */
  public Path resolve(Path path) {
    return directory.resolve(path).normalize();
  }
}
