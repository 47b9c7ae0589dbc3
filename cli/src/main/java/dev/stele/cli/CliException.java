// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.client.error.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command that ends without success, for a reason that the command line itself found. */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final @Nullable String field;

  /**
   * Ends the command; nothing has happened.
   *
   * @param message what is wrong, for people
   * @param field what of the input is at fault, if something is
   */
  public CliException(Reason reason, String message, @Nullable String field) {
    super(message, null, false, false);
    this.reason = reason;
    this.field = field;
  }

  /** Input that can't be used; {@code field} says where. */
  public static CliException badInput(String field, String message) {
    return new CliException(Reason.INVALID_FIELD, message, field);
  }

  /** Something that should be there is not, or does not answer. */
  public static CliException unavailable(String message) {
    return new CliException(Reason.NO_QUORUM, message, null);
  }

  Reason reason() {
    return reason;
  }

  Optional<String> field() {
    return Optional.ofNullable(field);
  }
}
