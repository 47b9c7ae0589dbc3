// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings at and beyond their limits. */
final class StoreClientBuilderTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:7400", "a:1,b:65535", " a:1 , a:1 ", "[::1]:7400"})
  void endpointsAreHostsWithPorts(String endpoints) {
    try (StoreClient client = StoreClient.connect(endpoints)) {
      assertThat(client.lastRevision()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", ":7400", "a:", "a:0", "a:65536", "a:b", "a:1,", "a:1,,b:1"})
  void otherEndpointsAreRefusedByName(String endpoints) {
    assertThatThrownBy(() -> StoreClient.connect(endpoints))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("endpoint");
  }

  @Test
  void thereAreOneToSixtyFourEndpoints() {
    List<String> most =
        IntStream.rangeClosed(1, StoreClientBuilder.MAX_ENDPOINTS).mapToObj(i -> "a:" + i).toList();
    StoreClient.builder().endpoints(most).build().close();
    List<String> more =
        IntStream.rangeClosed(1, StoreClientBuilder.MAX_ENDPOINTS + 1)
            .mapToObj(i -> "a:" + i)
            .toList();
    assertThatThrownBy(() -> StoreClient.builder().endpoints(more))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StoreClient.builder().endpoints(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StoreClient.builder().build())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void timeoutsEndAtOneMinute() {
    StoreClientBuilder builder = StoreClient.builder();
    builder.requestTimeout(Duration.ofSeconds(60)).connectTimeout(Duration.ofNanos(1));
    for (Duration wrong :
        List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(60).plusNanos(1))) {
      assertThatThrownBy(() -> builder.requestTimeout(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("requestTimeout");
      assertThatThrownBy(() -> builder.connectTimeout(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("connectTimeout");
    }
  }

  @Test
  void retryBudgetsAreBounded() {
    assertThat(new RetryBudget(RetryBudget.MAX, 0).burst()).isEqualTo(RetryBudget.MAX);
    assertThatThrownBy(() -> new RetryBudget(RetryBudget.MAX + 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetryBudget(0, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
