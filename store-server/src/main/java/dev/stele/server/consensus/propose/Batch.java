// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Stamp;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The commands of one entry on their way through the log.
 *
 * <p>Raft reports a lost leadership for entries that may still be committed. What is certain is
 * only whether the entry was handed to the log at all: until {@link #reachingLog} a failure means
 * that nothing happened, and never again after.
 */
public final class Batch {
  private final Stamp stamp;
  private final List<Command> commands;
  private final byte[] encoded;
  private final CompletableFuture<Fate> fate = new CompletableFuture<>();
  private volatile boolean mayHaveReachedLog;

  /** {@code encoded} is the entry's bytes; the batch takes the array over. */
  public Batch(Stamp stamp, List<Command> commands, byte[] encoded) {
    this.stamp = stamp;
    this.commands = List.copyOf(commands);
    this.encoded = encoded;
  }

  public Stamp stamp() {
    return stamp;
  }

  public List<Command> commands() {
    return commands;
  }

  /** The entry's bytes; not to be written to. */
  public byte[] encoded() {
    return encoded;
  }

  /**
   * What became of it; completes once. Callbacks run on the thread that knew first and must not
   * block.
   */
  public CompletableFuture<Fate> fate() {
    return fate;
  }

  /**
   * Raft is about to append it: from now on only an applied entry tells for certain what happened.
   */
  public void reachingLog() {
    mayHaveReachedLog = true;
  }

  /** It was applied, with one result for each command. */
  public void decided(List<Result> results) {
    fate.complete(new Decided(results));
  }

  /** Raft gave up on it. */
  public void failed(String message) {
    fate.complete(mayHaveReachedLog ? new Lost(message) : new NotAppended(message));
  }

  /** What became of a batch. */
  public sealed interface Fate {}

  public record Decided(List<Result> results) implements Fate {}

  /** It never reached the log. */
  public record NotAppended(String message) implements Fate {}

  /** It may be, or may yet become, committed. */
  public record Lost(String message) implements Fate {}
}
