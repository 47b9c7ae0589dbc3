// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Change;
import java.util.List;
import java.util.Optional;

/**
 * What a watch asks for; checked for everything that the request alone tells.
 *
 * @param id at least 1
 * @param kinds those of the selector, in the order in which they were asked for
 * @param puts whether puts are delivered
 * @param deletes whether deletes are delivered; not without both
 * @param previous whether events carry the fact as it stood before
 * @param latestOnly whether a change that a later one of its key replaced is skipped while behind
 * @param progressMillis after which a mark comes when nothing else came
 * @param stayWithoutLeader whether it goes on while no leader is heard of
 * @param watcher whose reports are kept
 */
public record WatchSpec(
    long id,
    Selector selector,
    List<String> kinds,
    Start start,
    boolean puts,
    boolean deletes,
    boolean previous,
    boolean latestOnly,
    long progressMillis,
    boolean stayWithoutLeader,
    Optional<WatcherName> watcher) {
  /** Kinds of one selector. */
  public static final int KINDS_MAX = 32;

  /** Between marks, where the request says nothing. */
  public static final long PROGRESS_DEFAULT_MILLIS = 10_000;

  public static final long PROGRESS_MIN_MILLIS = 100;
  public static final long PROGRESS_MAX_MILLIS = 3_600_000;

  public WatchSpec {
    kinds = List.copyOf(kinds);
  }

  /** Where a watch begins. */
  public sealed interface Start {}

  /**
   * With the changes of a revision.
   *
   * @param revision at least 1
   */
  public record From(long revision) implements Start {}

  /** Behind everything that was acknowledged before the request. */
  public record Now() implements Start {}

  /** With all facts at a confirmed revision, and then what came behind it. */
  public record InitialState() implements Start {}

  /** Whether its options let {@code change} through; its selector is not asked. */
  boolean wants(Change change) {
    return change instanceof Change.Put ? puts : deletes;
  }
}
