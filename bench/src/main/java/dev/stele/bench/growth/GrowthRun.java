// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import dev.stele.bench.growth.Finding.Figure;
import dev.stele.bench.growth.Site.Sites;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures clusters that grow. What goes wrong is told in the figure that it concerns. */
public final class GrowthRun {
  /** Watchers where nothing else is said. */
  static final int BASE_WATCHERS = 100;

  /** Nodes where nothing else is said. */
  static final int BASE_NODES = 3;

  private static final List<What> LOADS = List.of(What.PUT, What.GET, What.LIST);

  private final GrowthPlan plan;
  private final Sites sites;
  private final Consumer<String> progress;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * Prepares a run.
   *
   * @param progress told each step, a line each, on the caller's thread
   */
  public GrowthRun(GrowthPlan plan, Sites sites, Consumer<String> progress) {
    this.plan = plan;
    this.sites = sites;
    this.progress = progress;
  }

  /**
   * Runs it to its end, or until the calling thread is interrupted: what was measured by then is
   * told, and nothing is left running.
   */
  public List<Finding> run() {
    try {
      for (int nodes : plan.nodes()) {
        on(nodes, site -> loads(site, nodes, GrowthPlan.BASE_FACTS));
      }
      if (!plan.watchers().isEmpty()) {
        on(BASE_NODES, this::watchers);
      }
      if (!plan.facts().isEmpty()) {
        on(BASE_NODES, this::facts);
      }
    } catch (InterruptedException asked) {
      progress.accept("interrupted: what was measured by now is kept");
    }
    return List.copyOf(findings);
  }

  /** Steps on one cluster. */
  private interface Steps {
    void run(Site site) throws IOException, InterruptedException;
  }

  private void on(int nodes, Steps steps) throws InterruptedException {
    progress.accept("starting " + nodes + (nodes == 1 ? " node" : " nodes"));
    try (Site site = sites.start(nodes)) {
      site.fill(0, GrowthPlan.BASE_FACTS);
      site.warmUp(plan.warmup());
      steps.run(site);
    } catch (IOException | RuntimeException failure) {
      stopIfAsked();
      progress.accept("a cluster of " + nodes + " nodes was given up: " + failure.getMessage());
      findings.add(
          new Finding(
              What.PUT, nodes, 0, 0, Optional.empty(), String.valueOf(failure.getMessage())));
    }
  }

  /** What goes wrong while everything is being stopped says nothing. */
  private static void stopIfAsked() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void loads(Site site, int nodes, int facts) throws InterruptedException {
    for (What what : LOADS) {
      note(what, nodes, facts, 0, () -> site.measure(what, facts, plan.measured()));
    }
    note(What.WATCH, nodes, facts, BASE_WATCHERS, () -> site.watch(BASE_WATCHERS, plan.measured()));
  }

  private void watchers(Site site) throws InterruptedException {
    for (int watchers : plan.watchers()) {
      note(
          What.WATCH,
          BASE_NODES,
          GrowthPlan.BASE_FACTS,
          watchers,
          () -> site.watch(watchers, plan.measured()));
    }
  }

  private void facts(Site site) throws IOException, InterruptedException {
    int there = GrowthPlan.BASE_FACTS;
    for (int facts : plan.facts()) {
      progress.accept(String.format(Locale.ROOT, "writing up to %,d facts", facts));
      site.fill(there, facts);
      there = facts;
      // Before the loads, which write some of them again and again.
      note(
          What.DISK,
          BASE_NODES,
          facts,
          0,
          () -> new Figure((double) site.diskBytes() / facts, 0, 0, "with the log"));
      loads(site, BASE_NODES, facts);
    }
    note(What.RESTART, BASE_NODES, there, 0, site::restart);
  }

  /** Measures one figure. */
  private interface Measurement {
    Figure measure() throws IOException, InterruptedException;
  }

  private void note(What what, int nodes, int facts, int watchers, Measurement measurement)
      throws InterruptedException {
    Finding finding;
    try {
      finding = new Finding(what, nodes, facts, watchers, Optional.of(measurement.measure()), "");
    } catch (IOException | RuntimeException failure) {
      stopIfAsked();
      finding =
          new Finding(
              what, nodes, facts, watchers, Optional.empty(), String.valueOf(failure.getMessage()));
    }
    findings.add(finding);
    progress.accept(String.join(", ", GrowthTable.cells(finding)));
  }
}
