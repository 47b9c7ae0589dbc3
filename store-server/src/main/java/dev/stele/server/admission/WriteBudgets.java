// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.core.model.Reason;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keeps kinds to their write budgets, by token buckets. Each leader has its own, and begins with
 * full ones.
 */
final class WriteBudgets {
  private final KindDirectory kinds;

  WriteBudgets(KindDirectory kinds) {
    this.kinds = kinds;
  }

  Verdict take(Steps steps) {
    if (!kinds.anyBudget()) {
      return Verdict.Admitted.YES;
    }
    List<Taken> taken = new ArrayList<>();
    for (Map.Entry<String, Cost> entry : costs(steps).entrySet()) {
      Optional<KnownKind> kind = kinds.find(entry.getKey());
      Optional<Bucket> bucket = kind.flatMap(KnownKind::bucket);
      if (bucket.isEmpty()) {
        continue;
      }
      Cost cost = entry.getValue();
      ConsumptionProbe probe = bucket.get().tryConsumeAndReturnRemaining(cost.tokens());
      if (!probe.isConsumed()) {
        taken.forEach(Taken::giveBack);
        return overBudget(entry.getKey(), kind.get(), cost, probe);
      }
      taken.add(new Taken(bucket.get(), cost.tokens()));
    }
    return Verdict.Admitted.YES;
  }

  private static Verdict.OverBudget overBudget(
      String name, KnownKind kind, Cost cost, ConsumptionProbe probe) {
    int burst = kind.policy().budget().orElseThrow().burst();
    if (cost.tokens() > burst) {
      return new Verdict.OverBudget(
          Reason.LIMIT_REACHED,
          cost.field(),
          "%d writes of kind %s at once, its budget lets %d through"
              .formatted(cost.tokens(), name, burst),
          Duration.ZERO);
    }
    return new Verdict.OverBudget(
        Reason.OVER_BUDGET,
        cost.field(),
        "kind %s is written more often than its budget allows".formatted(name),
        Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  /** What each kind is written, in the order of their names. */
  private static SortedMap<String, Cost> costs(Steps steps) {
    SortedMap<String, Cost> costs = new TreeMap<>();
    addUp(steps.always(), costs);
    SortedMap<String, Cost> then = new TreeMap<>();
    addUp(steps.then(), then);
    SortedMap<String, Cost> orElse = new TreeMap<>();
    addUp(steps.orElse(), orElse);
    // Which branch runs is decided later: the dearer one counts.
    orElse.forEach((kind, cost) -> then.merge(kind, cost, Cost::dearer));
    costs.putAll(then);
    return costs;
  }

  private static void addUp(List<Step> steps, SortedMap<String, Cost> costs) {
    for (Step step : steps) {
      if (step instanceof Step.PutStep put) {
        costs.merge(put.kind(), new Cost(1, put.field() + "key"), Cost::plus);
      } else if (step instanceof Step.DeleteStep delete) {
        costs.merge(delete.kind(), new Cost(1, delete.field()), Cost::plus);
      }
    }
  }

  /**
   * @param field that first names the kind
   */
  private record Cost(int tokens, String field) {
    Cost plus(Cost more) {
      return new Cost(tokens + more.tokens, field);
    }

    Cost dearer(Cost other) {
      return other.tokens > tokens ? other : this;
    }
  }

  private record Taken(Bucket bucket, int tokens) {
    void giveBack() {
      bucket.addTokens(tokens);
    }
  }
}
