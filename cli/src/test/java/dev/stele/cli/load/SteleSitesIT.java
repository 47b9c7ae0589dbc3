// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.bench.compare.run.Ports;
import dev.stele.bench.growth.Finding.Figure;
import dev.stele.bench.growth.GrowthPlan;
import dev.stele.bench.growth.Site;
import dev.stele.bench.growth.SteleSites;
import dev.stele.bench.growth.What;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Here and not beside what it looks at, since its servers are this module's. */
@Timeout(180)
final class SteleSitesIT {
  private static final int BASE_PORT = 23_600;
  private static final Duration SHORTLY = Duration.ofSeconds(1);

  @TempDir private Path folder;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void aClusterIsFilledMeasuredRestartedAndTakenAway() throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    Path data = folder.resolve("data");
    SteleSites sites =
        new SteleSites(Path.of("..", "stele"), environment, data, new Ports(BASE_PORT), timer);
    try (Site site = sites.start(3)) {
      site.fill(0, GrowthPlan.BASE_FACTS);
      for (What what : new What[] {What.PUT, What.GET, What.LIST}) {
        Figure figure = site.measure(what, GrowthPlan.BASE_FACTS, SHORTLY);
        assertThat(figure.value()).as(what.id()).isPositive();
      }
      Figure watched = site.watch(10, SHORTLY);
      assertThat(watched.value()).isPositive();
      assertThat(watched.note()).doesNotContain("NOT EVERY EVENT CAME");
      assertThat(site.diskBytes()).isGreaterThan(256L * GrowthPlan.BASE_FACTS);
      assertThat(site.restart().value()).isPositive();
    }
    assertThat(data).doesNotExist();
  }
}
