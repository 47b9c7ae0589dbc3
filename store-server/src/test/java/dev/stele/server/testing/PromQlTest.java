// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PromQlTest {
  @Test
  void metricsLabelsAndGroupingsAreFound() {
    PromQl read =
        PromQl.parse(
            "histogram_quantile(0.99, sum by (method, le)"
                + " (rate(a_bucket{node=~\"$node\", x!=\"y\"}[5m]))) / max(b) > 0.5 or vector(0)");
    assertThat(read.matchers())
        .isEqualTo(Map.of("a_bucket", Map.of("node", "$node", "x", "y"), "b", Map.of()));
    assertThat(read.grouped()).containsExactly("method", "le");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rat(a[5m])",
        "sum by (x (a)",
        "sum(a",
        "a{x~\"y\"}",
        "{x=\"y\"}",
        "rate(a[5 minutes])",
        "sum / a",
        "a # b",
        "1 + 1",
        ""
      })
  void whatItDoesNotUnderstandItRefuses(String expression) {
    assertThatThrownBy(() -> PromQl.parse(expression)).isInstanceOf(RuntimeException.class);
  }
}
