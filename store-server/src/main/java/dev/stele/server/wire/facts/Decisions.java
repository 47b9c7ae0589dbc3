// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import com.google.protobuf.Message;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.Result;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.error.Failure;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What the core decided, as answers. */
public final class Decisions {
  private Decisions() {}

  /**
   * Makes a response of a result of {@code type}, and a failure of a refusal.
   *
   * @param fieldName of a field that the core named, as the caller knows it
   * @param response of a result, and whether it is the one of an earlier try
   */
  public static <T extends Result, R extends Message> Function<Result, Answer<R>> answer(
      Class<T> type, UnaryOperator<String> fieldName, BiFunction<T, Boolean, R> response) {
    return decided -> {
      boolean duplicate = decided instanceof Once.Answered once && once.duplicate();
      Result result = decided instanceof Once.Answered once ? once.result() : decided;
      if (result instanceof Refusal refusal) {
        Failure failure = Failure.of(refusal);
        return new Answer.Failed<>(failure.at(fieldName.apply(failure.field())));
      }
      return new Answer.Given<>(response.apply(type.cast(result), duplicate));
    };
  }
}
