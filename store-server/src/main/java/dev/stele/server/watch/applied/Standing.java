// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import java.util.Comparator;

/**
 * How far a named watcher is, as one node knows it.
 *
 * @param node where its stream is or was; empty when it was never heard of
 * @param incarnation 0 when it was never heard of
 * @param applied everything through this revision; 0 when nothing was reported
 * @param refused the earliest revision that it refused and has not overcome; 0 when there is none
 * @param refusal why it refused that one
 * @param connected whether its stream is open
 */
public record Standing(
    String name,
    String node,
    long incarnation,
    long applied,
    long refused,
    String refusal,
    boolean connected) {
  /**
   * Of two words on one name the greater one counts: that of the newer stream. A watcher that uses
   * an incarnation twice is at fault; it is taken at the lower of its words.
   */
  static final Comparator<Standing> BY_NEWNESS =
      Comparator.comparingLong(Standing::incarnation)
          .thenComparing(Standing::connected)
          .thenComparing(Comparator.comparingLong(Standing::applied).reversed())
          .thenComparing(Standing::node);

  /** Of a watcher that no node knows of. */
  public static Standing unheardOf(String name) {
    return new Standing(name, "", 0, 0, 0, "", false);
  }
}
