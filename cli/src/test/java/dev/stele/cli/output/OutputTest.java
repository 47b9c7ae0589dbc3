// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutputTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    String text = new Table("A", "LONGER", "C").row("xyz", 1, "end").row("ü", "", "").text();
    assertThat(text).isEqualTo("A    LONGER  C\nxyz  1       end\nü            \n");
  }

  @Test
  void aRowOfAnotherLengthIsAMistake() {
    assertThatThrownBy(() -> new Table("A").row(1, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void controlCharactersDoNotReachTheTerminal() {
    assertThat(Printable.of("a\u001b[31mb\nc\u202ed\u2028e😀"))
        .isEqualTo("a\\u001b[31mb\\u000ac\\u202ed\\u2028e😀");
    assertThat(new Table("K").row("\u0007").text()).isEqualTo("K\n\\u0007\n");
  }

  @Test
  void durationsAreReadWithTheirUnit() {
    assertThat(Durations.parse("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Durations.parse("10s")).isEqualTo(Duration.ofSeconds(10));
    assertThat(Durations.parse("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(Durations.parse("1h")).isEqualTo(Duration.ofHours(1));
    for (String wrong : List.of("", "5", "s", "-1s", "1.5s", "1d", "1 s", "9999999999s")) {
      assertThatThrownBy(() -> Durations.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("500ms, 10s, 5m or 1h");
    }
  }

  @Test
  void durationsAreShownShort() {
    assertThat(Durations.show(Duration.ofMillis(999))).isEqualTo("999 ms");
    assertThat(Durations.show(Duration.ofMillis(1_500))).isEqualTo("1.5 s");
    assertThat(Durations.show(Duration.ofSeconds(90))).isEqualTo("90 s");
    assertThat(Durations.show(Duration.ofMinutes(3))).isEqualTo("3 min");
    assertThat(Durations.show(Duration.ofMinutes(150))).isEqualTo("2.5 h");
  }

  @Test
  void theFormatIsFoundInArgumentsThatAreWrongOtherwise() {
    assertThat(OutputFormat.askedBy(List.of("get", "-o", "json", "--nonsense")))
        .isEqualTo(OutputFormat.JSON);
    assertThat(OutputFormat.askedBy(List.of("get", "-oJSON"))).isEqualTo(OutputFormat.JSON);
    assertThat(OutputFormat.askedBy(List.of("-o=json"))).isEqualTo(OutputFormat.JSON);
    assertThat(OutputFormat.askedBy(List.of("--output=json"))).isEqualTo(OutputFormat.JSON);
    assertThat(OutputFormat.askedBy(List.of("--output", "table", "json")))
        .isEqualTo(OutputFormat.TABLE);
    assertThat(OutputFormat.askedBy(List.of("put", "json", "-o"))).isEqualTo(OutputFormat.TABLE);
  }
}
