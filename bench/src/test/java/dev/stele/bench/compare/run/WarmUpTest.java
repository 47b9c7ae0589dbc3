// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.bench.compare.FakeContender;
import dev.stele.bench.compare.FakeContender.FakeCluster;
import dev.stele.bench.compare.run.Bench.Load;
import dev.stele.bench.compare.run.Bench.Session;
import dev.stele.bench.compare.run.WarmUp.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WarmUpTest {
  private static final Duration WHOLE = Duration.ofSeconds(100);
  private static final List<Row> ALL = List.of(Row.values());

  private final FakeContender contender = new FakeContender("fake");
  private FakeCluster one;
  private FakeCluster other;

  @BeforeEach
  void start() throws IOException {
    one = (FakeCluster) contender.start(Path.of("unused"), 24_000);
    other = (FakeCluster) contender.start(Path.of("unused"), 24_000);
  }

  @AfterEach
  void stop() {
    one.close();
    other.close();
  }

  private Load through(FakeCluster driver, List<Row> rows) {
    return new Load(new Session(one, driver), rows);
  }

  @ParameterizedTest
  @EnumSource(Row.class)
  void everyRowThatIsALoadHasAShare(Row row) {
    boolean load = !row.isFault() && row != Row.MEMORY;
    assertThat(WarmUp.steps(List.of(through(one, List.of(row))), WHOLE))
        .extracting(Step::duration)
        .isEqualTo(load ? List.of(WHOLE) : List.of());
  }

  @Test
  void manyClientsComeFirstAndTheSingleOneThatWritesLast() {
    assertThat(WarmUp.steps(List.of(through(one, ALL)), WHOLE))
        .extracting(Step::row)
        .startsWith(Row.PUT_1000, Row.PUT_512)
        .endsWith(Row.PUT_64, Row.GET_1, Row.PUT_1)
        .doesNotHaveDuplicates();
  }

  @Test
  void allStepsTogetherTakeTheWholeAndWritesMoreThanHalfOfIt() {
    List<Step> steps = WarmUp.steps(List.of(through(one, ALL)), WHOLE);
    assertThat(sum(steps)).isBetween(WHOLE.minusMillis(1), WHOLE);
    List<Step> writes = steps.stream().filter(step -> step.row().kind() == Row.Kind.PUT).toList();
    assertThat(sum(writes)).isGreaterThan(WHOLE.dividedBy(2));
  }

  @Test
  void twoLoadsAlternateAndShareTheTime() {
    List<Step> steps =
        WarmUp.steps(
            List.of(
                through(one, List.of(Row.PUT_1, Row.PUT_64)),
                through(other, List.of(Row.PUT_1, Row.PUT_64))),
            WHOLE);
    assertThat(steps)
        .extracting(step -> step.row().id() + (step.session().driver() == one ? " one" : " other"))
        .containsExactly("put-64 one", "put-64 other", "put-1 one", "put-1 other");
    assertThat(steps).extracting(Step::duration).containsOnly(WHOLE.dividedBy(4));
  }

  private static Duration sum(List<Step> steps) {
    return steps.stream().map(Step::duration).reduce(Duration.ZERO, Duration::plus);
  }
}
