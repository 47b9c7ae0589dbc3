// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

/** What is to be read was reclaimed. Carries no stack: it is part of the plan. */
final class ReclaimedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long floor;

  ReclaimedException(long floor) {
    super("reclaimed, the floor is " + floor, null, false, false);
    this.floor = floor;
  }

  long floor() {
    return floor;
  }
}
