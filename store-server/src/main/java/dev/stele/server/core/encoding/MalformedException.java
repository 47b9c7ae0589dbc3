// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.encoding;

/** Bytes are not what was written; the message says how, not which. */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedException(String message) {
    super(message);
  }
}
