// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

/** The bytes are no log entry of any release: damaged on the way, or never one. */
public final class CorruptEntryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CorruptEntryException(String what, Throwable cause) {
    super("the log entry is damaged: " + what, cause);
  }

  CorruptEntryException(String what) {
    super("the log entry is damaged: " + what);
  }
}
