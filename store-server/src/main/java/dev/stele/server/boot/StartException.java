// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

/** A node that did not start; whatever had been opened is closed again. */
public class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  public StartException(String message) {
    super(message);
  }
}
