// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Ability;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The rows of the comparison, in the order in which they are measured. */
public enum Row {
  PUT_1("put, 1 client", Kind.PUT, 1, Figure.P50_MILLIS),
  PUT_64("put, 64 clients", Kind.PUT, 64, Figure.PER_SECOND),
  PUT_512("put, 512 clients", Kind.PUT, 512, Figure.PER_SECOND),
  PUT_1000("put, 1,000 clients", Kind.PUT, 1_000, Figure.PER_SECOND),
  /** Behind the writes, before anything else fills the heaps. */
  MEMORY("memory of a node after the put rows", Kind.MEMORY, 0, Figure.MEGABYTES),
  GET_1("linearizable get, 1 client", Kind.GET, 1, Figure.P50_MILLIS),
  GET_64("linearizable get, 64 clients", Kind.GET, 64, Figure.PER_SECOND),
  GET_512("linearizable get, 512 clients", Kind.GET, 512, Figure.PER_SECOND),
  LOCAL_GET_64("local get, 64 clients", Kind.LOCAL_GET, 64, Figure.PER_SECOND),
  MIX_64("mix 80/20, 64 clients", Kind.MIX, 64, Figure.PER_SECOND),
  TXN_64("transaction, 64 clients", Kind.TRANSACTION, 64, Figure.PER_SECOND),
  WATCH_DELAY("watch, 100 watchers at 200 puts/s, delay", Kind.WATCH_DELAY, 100, Figure.P99_MILLIS),
  WATCH_RATE("watch, 100 watchers, saturated", Kind.WATCH_RATE, 100, Figure.EVENTS_PER_SECOND),
  LEASE_RENEWALS("lease renewals, 1,000 leases", Kind.LEASE, 8, Figure.RENEWALS_PER_SECOND),
  CLAIMS("claims, 50 claimers, a pool of 10,000", Kind.CLAIM, 50, Figure.CLAIMS_PER_SECOND),
  /** Kinder to those whose clients pick. */
  CLAIMS_SPREAD(
      "the same, peers pick one of the first 100", Kind.CLAIM, 50, Figure.CLAIMS_PER_SECOND),
  FAILOVER("failover, kill -9 of the leader", Kind.FAILOVER, 64, Figure.MILLIS),
  RESTART("restart of one node", Kind.RESTART, 0, Figure.MILLIS);

  /** What is done. */
  public enum Kind {
    PUT(Ability.PUT),
    MEMORY(Ability.PUT),
    GET(Ability.LINEARIZABLE_GET),
    LOCAL_GET(Ability.LOCAL_GET),
    MIX(Ability.LINEARIZABLE_GET),
    TRANSACTION(Ability.TRANSACTION),
    WATCH_DELAY(Ability.WATCH),
    WATCH_RATE(Ability.WATCH),
    LEASE(Ability.LEASE),
    CLAIM(Ability.CLAIM),
    FAILOVER(Ability.FAULTS),
    RESTART(Ability.FAULTS);

    private final Ability needed;

    Kind(Ability needed) {
      this.needed = needed;
    }
  }

  private final String title;
  private final Kind kind;
  private final int clients;
  private final Figure figure;

  Row(String title, Kind kind, int clients, Figure figure) {
    this.title = title;
    this.kind = kind;
    this.clients = clients;
    this.figure = figure;
  }

  /** As {@code --only} and CSV name it, for instance {@code put-512}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it is, for people. */
  public String title() {
    return title;
  }

  /** The same with what depends on the run, as tables name it. */
  public String title(Times times) {
    return this == RESTART
        ? String.format(Locale.ROOT, "%s with %,d keys", title, times.restartKeys())
        : title;
  }

  /** What is done. */
  public Kind kind() {
    return kind;
  }

  /** Clients with one operation under way each; for watch rows the watchers. */
  public int clients() {
    return clients;
  }

  /** What is compared first. */
  public Figure figure() {
    return figure;
  }

  /** What a contender must be able to do. */
  public Ability needed() {
    return kind.needed;
  }

  /** Whether nodes are killed. */
  public boolean isFault() {
    return needed() == Ability.FAULTS;
  }

  /** The row of this name. */
  public static Optional<Row> of(String id) {
    return Arrays.stream(values()).filter(row -> row.id().equals(id)).findFirst();
  }
}
