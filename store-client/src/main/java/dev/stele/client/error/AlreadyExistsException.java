// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** There is such a fact already. Read it, decide again. */
public final class AlreadyExistsException extends RefusedException {
  private static final long serialVersionUID = 1;

  private final long revision;

  public AlreadyExistsException(String message, @Nullable String field, long revision) {
    super(Reason.ALREADY_EXISTS, message, field, null);
    this.revision = revision;
  }

  /** The mod revision that the fact stands at; 0 when the server did not say. */
  public long revision() {
    return revision;
  }
}
