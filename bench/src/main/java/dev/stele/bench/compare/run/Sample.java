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
  static Sample measured(int round, String contender, Row row, Measured measured) {
    return new Sample(round, contender, row, Optional.of(measured), "");
  }

  static Sample failed(int round, String contender, Row row, String problem) {
    return new Sample(round, contender, row, Optional.empty(), problem);
  }
}
