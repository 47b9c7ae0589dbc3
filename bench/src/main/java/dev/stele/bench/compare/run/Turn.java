// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Contender;
import java.util.List;
import java.util.stream.Stream;

/**
 * One cluster, started on empty data, and the contenders that it is measured through.
 *
 * @param round from 1
 * @param drives in the order in which they are measured; at least one, all of the same cluster
 * @param limit whether it only tells what is possible, in a shortened turn
 */
record Turn(int round, List<Drive> drives, boolean limit) {
  /** Keeps its own list. */
  Turn {
    drives = List.copyOf(drives);
  }

  /** A contender and its rows. */
  record Drive(Contender contender, List<Row> rows) {
    /** Keeps its own list. */
    Drive {
      rows = List.copyOf(rows);
    }

    String name() {
      return contender.name();
    }

    private Stream<Step> steps(boolean fault) {
      return rows.stream().filter(row -> row.isFault() == fault).map(row -> new Step(this, row));
    }
  }

  /** A row of one of the drives. */
  record Step(Drive drive, Row row) {}

  /** Who starts the cluster. */
  Contender starter() {
    return drives.get(0).contender();
  }

  /** What its servers are called. */
  String name() {
    return starter().cluster();
  }

  boolean isOnJvm() {
    return starter().isOnJvm();
  }

  boolean isOf(Contender contender) {
    return drives.stream().anyMatch(drive -> drive.contender() == contender);
  }

  /** Who else uses the cluster. */
  List<String> othersThan(Contender contender) {
    return drives.stream()
        .filter(drive -> drive.contender() != contender)
        .map(Drive::name)
        .toList();
  }

  /** What is measured, in order: nodes are killed only when nothing else is left to do. */
  List<Step> steps() {
    return Stream.concat(
            drives.stream().flatMap(drive -> drive.steps(false)),
            drives.stream().flatMap(drive -> drive.steps(true)))
        .toList();
  }
}
