// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.util.Optional;

/**
 * One row of one contender in one round.
 *
 * @param measured empty when it could not be measured
 * @param problem why not; empty when it could
 */
public record Sample(
    int round, String contender, Row row, Optional<Measured> measured, String problem) {
  static Sample measured(Turn turn, Row row, Measured measured) {
    return new Sample(turn.round(), turn.contender().name(), row, Optional.of(measured), "");
  }

  static Sample failed(Turn turn, Row row, String problem) {
    return new Sample(turn.round(), turn.contender().name(), row, Optional.empty(), problem);
  }
}
