// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.claims;

import dev.stele.client.Fact;
import dev.stele.client.FactChange;
import dev.stele.client.FactKey;
import dev.stele.client.HistoryOptions;
import dev.stele.client.HistoryPage;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * What became of claims and leases, as the histories of their facts tell, which no claimer has a
 * part in.
 */
public record ClaimHistory(List<ClaimRow> claims, List<LeaseRow> leases) {
  public ClaimHistory {
    claims = List.copyOf(claims);
    leases = List.copyOf(leases);
  }

  /** Of these claims, {@code pool/item} each, and leases, from the first revision on. */
  public static ClaimHistory of(
      StoreClient store, Collection<String> claims, Collection<String> leases) {
    List<ClaimRow> rows = new ArrayList<>();
    for (String claim : claims) {
      each(
          store,
          Keys.claim(claim),
          change ->
              rows.add(
                  new ClaimRow(
                      claim,
                      change.revision(),
                      change.fact().map(Fact::body),
                      change.fact().flatMap(Fact::lease))));
    }
    List<LeaseRow> holdings = new ArrayList<>();
    for (String lease : leases) {
      each(
          store,
          Keys.raw("lease/" + lease),
          change ->
              holdings.add(new LeaseRow(lease, change.revision(), change.fact().isPresent())));
    }
    return new ClaimHistory(rows, holdings);
  }

  private static <T> void each(StoreClient store, FactKey<T> key, Consumer<FactChange<T>> visitor) {
    HistoryOptions options = HistoryOptions.defaults();
    while (true) {
      HistoryPage<T> page = store.facts().history(key, options).join();
      page.changes().forEach(visitor);
      if (page.next().isEmpty()) {
        return;
      }
      options = options.from(page.next().get());
    }
  }
}
