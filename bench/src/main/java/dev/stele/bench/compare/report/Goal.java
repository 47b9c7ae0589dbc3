// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import static dev.stele.bench.compare.run.Names.ETCD;
import static dev.stele.bench.compare.run.Names.STELE;
import static dev.stele.bench.compare.run.Names.STELE_RAW;
import static dev.stele.bench.compare.run.Names.ZOOKEEPER;

import dev.stele.bench.compare.run.Row;
import java.util.List;
import java.util.Optional;

/**
 * What Stele's figure must be, as a multiple of a peer's.
 *
 * @param subject which of Stele's contenders
 * @param must reached from there on: at least, or at most where less is better
 * @param aim what is wished for beyond that
 */
public record Goal(Row row, String subject, String peer, double must, double aim) {
  /** The most megabytes of a node after the put rows. */
  public static final double MEMORY_MAX_MEGABYTES = 512;

  /** All of them. */
  public static final List<Goal> ALL =
      List.of(
          new Goal(Row.PUT_512, STELE, ETCD, 3, 5),
          new Goal(Row.PUT_512, STELE, ZOOKEEPER, 2.3, 4),
          new Goal(Row.PUT_512, STELE_RAW, ETCD, 1.5, 2),
          new Goal(Row.PUT_512, STELE_RAW, ZOOKEEPER, 1.2, 1.6),
          new Goal(Row.PUT_64, STELE, ETCD, 1.6, 2.5),
          new Goal(Row.PUT_64, STELE, ZOOKEEPER, 1.3, 2),
          new Goal(Row.PUT_1, STELE, ETCD, 1.0, 0.8),
          new Goal(Row.PUT_1, STELE, ZOOKEEPER, 1.4, 1.0),
          new Goal(Row.GET_64, STELE, ETCD, 2.4, 4),
          new Goal(Row.GET_64, STELE, ZOOKEEPER, 2, 3),
          new Goal(Row.GET_512, STELE, ETCD, 4, 6),
          new Goal(Row.GET_512, STELE, ZOOKEEPER, 4, 6),
          new Goal(Row.LOCAL_GET_64, STELE, ETCD, 3, 5),
          new Goal(Row.LOCAL_GET_64, STELE, ZOOKEEPER, 2, 3),
          new Goal(Row.MIX_64, STELE, ETCD, 2, 3),
          new Goal(Row.MIX_64, STELE, ZOOKEEPER, 1.1, 1.5),
          new Goal(Row.WATCH_DELAY, STELE, ETCD, 1.0, 0.5),
          new Goal(Row.WATCH_DELAY, STELE, ZOOKEEPER, 1.0, 0.5),
          new Goal(Row.WATCH_RATE, STELE, ETCD, 3, 5),
          new Goal(Row.CLAIMS, STELE, ETCD, 5, 10),
          new Goal(Row.CLAIMS_SPREAD, STELE, ETCD, 5, 10),
          new Goal(Row.FAILOVER, STELE, ETCD, 0.8, 0.5),
          new Goal(Row.FAILOVER, STELE, ZOOKEEPER, 1.2, 0.8),
          new Goal(Row.RESTART, STELE, ETCD, 1.0, 0.5),
          new Goal(Row.RESTART, STELE, ZOOKEEPER, 1.0, 0.5));

  /** The one for these, if there is one. */
  public static Optional<Goal> of(Row row, String subject, String peer) {
    return ALL.stream()
        .filter(goal -> goal.row() == row)
        .filter(goal -> goal.subject().equals(subject) && goal.peer().equals(peer))
        .findFirst();
  }

  /** What a ratio is worth. */
  public Mark mark(double ratio) {
    if (reaches(ratio, aim)) {
      return Mark.AIM_REACHED;
    }
    return reaches(ratio, must) ? Mark.REACHED : Mark.SHORT;
  }

  private boolean reaches(double ratio, double bound) {
    return row.figure().moreIsBetter() ? ratio >= bound : ratio <= bound;
  }

  /** What a ratio is worth, the best first. */
  public enum Mark {
    AIM_REACHED("aim reached"),
    REACHED("reached"),
    SHORT("SHORT");

    private final String text;

    Mark(String text) {
      this.text = text;
    }

    /** As tables show it. */
    public String text() {
      return text;
    }
  }
}
