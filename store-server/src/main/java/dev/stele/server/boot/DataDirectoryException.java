// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

/** A data directory that this node must not use; says why, and what to do. Nothing was changed. */
public final class DataDirectoryException extends StartException {
  private static final long serialVersionUID = 1L;

  DataDirectoryException(String message) {
    super(message);
  }

  DataDirectoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
