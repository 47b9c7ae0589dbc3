// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Where and how a run ends.
 *
 * @param step empty: the run goes on to the end of the log
 * @param hits so many times the step is reached
 * @param micros from there to the end
 * @param byHalt whether the process ends itself, all threads at that moment; otherwise the thread
 *     that got there stands still, and the others go on until the kill from outside arrives
 */
record Crash(Optional<Step> step, int hits, long micros, boolean byHalt) {
  static final Crash NONE = new Crash(Optional.empty(), 0, 0, false);

  static Crash at(Step step, RandomGenerator random) {
    int most = step.phase.mostHits;
    // Early ones fall into the replay of what an earlier crash lost.
    int hits = 1 + random.nextInt(random.nextInt(3) == 0 ? Math.min(most, 10) : most);
    long micros = step.mostMicros == 0 ? 0 : random.nextInt(step.mostMicros);
    return new Crash(Optional.of(step), hits, micros, random.nextBoolean());
  }

  /** Whether the step is reached only by a run that flushes. */
  boolean needsFlushes() {
    return step.isPresent()
        && switch (step.get().phase) {
          case FLUSH, PURGE, DROP -> true;
          case APPLY, REPLAY, RECLAIM, START -> false;
        };
  }

  /** What {@link #of} reads. */
  String argument() {
    return step.map(Step::name).orElse("-") + ":" + hits + ":" + micros + ":" + byHalt;
  }

  static Crash of(String argument) {
    String[] parts = argument.split(":", -1);
    return new Crash(
        Step.named(parts[0]),
        Integer.parseInt(parts[1]),
        Long.parseLong(parts[2]),
        Boolean.parseBoolean(parts[3]));
  }
}
