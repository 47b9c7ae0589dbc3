// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.ErrorReason;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.error.ErrorTable;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.Statuses;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The core's reasons, the wire's, the table and the docs say the same. */
final class ErrorTableTest {
  private static final Path DOCS = Path.of("../docs/errors.md");

  @Test
  void theReasonsOfTheCoreTheWireAndTheTableAreTheSame() {
    List<String> core = Arrays.stream(Reason.values()).map(Enum::name).toList();
    List<String> wire =
        Arrays.stream(ErrorReason.values())
            .filter(r -> r != ErrorReason.UNRECOGNIZED)
            .filter(r -> r != ErrorReason.ERROR_REASON_UNSPECIFIED)
            .map(Enum::name)
            .toList();
    List<String> table = Arrays.stream(ErrorTable.values()).map(Enum::name).toList();
    assertThat(wire).isEqualTo(core);
    assertThat(table).isEqualTo(core);
  }

  @Test
  void theDocsHoldTheTable() throws IOException {
    String table =
        Arrays.stream(ErrorTable.values()).map(ErrorTableTest::row).collect(Collectors.joining());
    assertThat(Files.readString(DOCS)).contains(table);
  }

  private static String row(ErrorTable row) {
    String retry = row.retryDelayMillis() == 0 ? "–" : row.retryDelayMillis() + " ms";
    String status =
        row == ErrorTable.OUTCOME_UNKNOWN
            ? row.status() + ", DEADLINE_EXCEEDED"
            : row.status().name();
    return "| %s | %s | %s | %s | %s |\n"
        .formatted(row, status, row.mayHaveHappened() ? "yes" : "no", retry, row.advice());
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonIsTypedOnTheWire(Reason reason) {
    Failure failure = Failure.of(reason, "a.field", "why").with(Failure.FLOOR, "12");
    Refused refused =
        Refused.of(Statuses.status(failure), Statuses.trailers(failure)).orElseThrow();
    ErrorTable row = ErrorTable.of(reason);
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.status().getCode()).isEqualTo(row.status());
    assertThat(refused.field()).isEqualTo("a.field");
    assertThat(refused.metadata("floor")).isEqualTo("12");
    assertThat(refused.metadata("mayHaveHappened")).isEqualTo("" + row.mayHaveHappened());
    assertThat(refused.retry().isPresent()).isEqualTo(row.retryDelayMillis() > 0);
    assertThat(refused.badRequest().isPresent())
        .isEqualTo(row.status() == Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void anUnknownOutcomeAfterTheDeadlineIsDeadlineExceeded() {
    Failure failure = Failure.of(Reason.OUTCOME_UNKNOWN, "late").afterDeadline();
    assertThat(Statuses.status(failure).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void aDelayThatTheRefuserKnowsStandsBeforeTheTables() {
    Failure failure = Failure.of(Reason.OVERLOADED, "full").retryAfter(Duration.ofMillis(1_700));
    Refused refused =
        Refused.of(Statuses.status(failure), Statuses.trailers(failure)).orElseThrow();
    com.google.protobuf.Duration delay = refused.retry().orElseThrow().getRetryDelay();
    assertThat(delay.getSeconds()).isEqualTo(1);
    assertThat(delay.getNanos()).isEqualTo(700_000_000);
  }

  @Test
  void theLongestMessageFitsIntoWhatAClientTakes() {
    Failure failure =
        Failure.of(Reason.INVALID_FIELD, "compares[127].lease_token", "語".repeat(100_000))
            .with(Failure.LEADER, "n".repeat(64))
            .with(Failure.LEADER_ENDPOINT, "h".repeat(255) + ":65535");
    Metadata trailers = Statuses.trailers(failure);
    int bytes = 0;
    for (byte[] part : InternalMetadata.serialize(trailers)) {
      // Binary values travel as base64.
      bytes += part.length * 4 / 3 + 32;
    }
    String message = Statuses.status(failure).getDescription();
    bytes += message.getBytes(StandardCharsets.UTF_8).length * 3;
    assertThat(message).endsWith("…");
    assertThat(bytes).isLessThan(8 * 1024);
  }
}
