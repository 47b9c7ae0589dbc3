// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

/** A text that is no JSON, or a JSON text that is no schema; the message says why. */
public final class BadJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  BadJsonException(String message) {
    // Thrown for what callers send: the place in this code tells nobody anything.
    super(message, null, false, false);
  }
}
