// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** The fact does not stand where the write expected it. Read again, decide again. */
public final class CompareFailedException extends RefusedException {
  private static final long serialVersionUID = 1;

  private final long revision;

  public CompareFailedException(String message, @Nullable String field, long revision) {
    super(Reason.COMPARE_FAILED, message, field, null);
    this.revision = revision;
  }

  /**
   * The mod revision that the fact stands at; 0 when there is no such fact, or the server did not
   * say.
   */
  public long revision() {
    return revision;
  }
}
