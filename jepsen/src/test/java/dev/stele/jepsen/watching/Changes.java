// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.watching;

import dev.stele.client.Fact;
import dev.stele.client.FactChange;
import dev.stele.client.HistoryOptions;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.DesiredState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What happened to some keys, as their histories tell, which no watch has a part in. */
public final class Changes {
  private final List<Change> changes;

  /** A change in the words of {@code stele watch}. */
  public record Change(long revision, String type, String key, long replicas) {}

  private Changes(List<Change> changes) {
    this.changes = changes;
  }

  /** Of all these keys of the kind {@code desired}, from the first revision on. */
  public static Changes of(StoreClient store, List<String> names) {
    List<Change> changes = new ArrayList<>();
    for (String name : names) {
      var options = HistoryOptions.defaults();
      while (true) {
        var page = store.facts().history(Keys.desired(name), options).join();
        page.changes().forEach(change -> changes.add(change(name, change)));
        if (page.next().isEmpty()) {
          break;
        }
        options = options.from(page.next().get());
      }
    }
    changes.sort(Comparator.comparingLong(Change::revision).thenComparing(Change::key));
    return new Changes(changes);
  }

  private static Change change(String name, FactChange<DesiredState> change) {
    Optional<Fact<DesiredState>> fact = change.fact();
    return new Change(
        change.revision(),
        fact.isPresent() ? "PUT" : "DELETE",
        "desired/" + name,
        fact.map(put -> put.body().replicas()).orElse(0L));
  }

  /** After {@code from} through {@code to}. */
  public List<Change> between(long from, long to) {
    return changes.stream()
        .filter(change -> change.revision() > from && change.revision() <= to)
        .toList();
  }

  /** What stood at a revision, by key. */
  public List<Change> stateAt(long revision) {
    TreeMap<String, Change> state = new TreeMap<>();
    for (Change change : between(0, revision)) {
      if (change.type().equals("PUT")) {
        state.put(change.key(), change);
      } else {
        state.remove(change.key());
      }
    }
    return List.copyOf(state.values());
  }

  /** The first facts that were printed. */
  public static List<Change> initial(List<Line> lines) {
    return lines.stream().filter(Line::isInitial).map(Changes::change).toList();
  }

  /** The revision of the first facts: that of the mark behind them. */
  public static long initialRevision(List<Line> lines) {
    return lines.stream()
        .filter(line -> line.type().equals("PROGRESS"))
        .findFirst()
        .orElseThrow()
        .revision();
  }

  /** The events that were printed, as they came. */
  public static List<Change> after(List<Line> lines) {
    return lines.stream()
        .filter(line -> !line.isInitial() && !line.type().equals("PROGRESS"))
        .map(Changes::change)
        .toList();
  }

  private static Change change(Line line) {
    return new Change(
        line.revision(),
        line.type(),
        line.json().get("key").asText(),
        line.json().path("body").path("replicas").asLong());
  }
}
