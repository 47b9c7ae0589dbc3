// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

/** Something that a crash broke. */
final class BrokenPromise extends AssertionError {
  private static final long serialVersionUID = 1L;

  BrokenPromise(String message) {
    super(message);
  }
}
