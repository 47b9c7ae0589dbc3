// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.OutputFormat;
import dev.stele.cli.output.Printable;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import dev.stele.server.boot.DataDirectoryException;
import dev.stele.server.boot.StartException;
import dev.stele.server.boot.config.ConfigException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Says on standard error why a command did not succeed, and what to do about it. */
final class Failures {
  private Failures() {}

  /** Reports the failure and gives the exit code for it. */
  static int report(Terminal terminal, OutputFormat format, Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    if (failure instanceof SteleException refused) {
      return report(
          terminal,
          format,
          refused.reason(),
          refused.getMessage(),
          refused.field().orElse(null),
          refused.mayHaveHappened());
    }
    if (failure instanceof CliException own) {
      return report(
          terminal,
          format,
          own.reason(),
          String.valueOf(own.getMessage()),
          own.field().orElse(null),
          false);
    }
    if (failure instanceof ConfigException config) {
      String message = String.valueOf(config.getMessage());
      String key = config.problems().get(0).keys().get(0);
      return report(terminal, format, Reason.INVALID_FIELD, message, key, false);
    }
    if (failure instanceof StartException start) {
      // The disk or the file must be put right, or something is in the way that may go away.
      boolean input = start instanceof DataDirectoryException;
      Reason reason = input ? Reason.INVALID_FIELD : Reason.NO_QUORUM;
      return report(terminal, format, reason, causes(start), input ? "node.data-dir" : null, false);
    }
    failure.printStackTrace(terminal.err());
    return report(
        terminal,
        format,
        Reason.OUTCOME_UNKNOWN,
        "a fault of this program: " + failure,
        null,
        true);
  }

  static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown.getCause();
    boolean wrapper = thrown instanceof CompletionException || thrown instanceof ExecutionException;
    return wrapper && cause != null ? unwrapped(cause) : thrown;
  }

  private static String causes(Throwable failure) {
    StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      text.append(": ").append(cause.getMessage());
    }
    return text.toString();
  }

  private static int report(
      Terminal terminal,
      OutputFormat format,
      Reason reason,
      String message,
      @Nullable String field,
      boolean mayHaveHappened) {
    if (format == OutputFormat.JSON) {
      ObjectNode error = Json.object().put("reason", reason.name()).put("message", message);
      if (field != null) {
        error.put("field", field);
      }
      terminal.err().println(Json.write(error.put("mayHaveHappened", mayHaveHappened)));
    } else {
      String where = field == null || message.contains(field) ? "" : field + ": ";
      terminal.err().println("stele: " + reason + ": " + where + Printable.lines(message));
      terminal.err().println("       " + Advice.on(reason));
    }
    terminal.err().flush();
    return ExitCode.of(reason);
  }
}
