// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

/** A row is not what was written; the message says how, not which. */
final class MalformedRowException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRowException(String message) {
    super(message);
  }
}
