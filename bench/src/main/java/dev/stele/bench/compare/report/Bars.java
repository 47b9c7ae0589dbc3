// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.run.Names;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Results.Warmup;
import dev.stele.bench.compare.run.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the chart shows: how many times a peer's throughput Stele's is.
 *
 * @param title of the whole
 * @param caption how it was measured, in a line; may be empty
 * @param groups in the order of the table
 */
record Bars(String title, String caption, List<Group> groups) {
  /**
   * A row.
   *
   * @param label lines of text
   * @param ratios one for each of {@link Summary#PEERS}, empty where there is none
   */
  record Group(List<String> label, List<Optional<Ratio>> ratios) {
    /** Whether there is anything to show. */
    boolean isEmpty() {
      return ratios.stream().allMatch(Optional::isEmpty);
    }
  }

  static Bars of(Summary summary) {
    List<Group> groups = new ArrayList<>();
    for (Row row : summary.rows()) {
      if (row.figure().moreIsBetter()) {
        groups.add(group(summary, row, Names.STELE));
        if (Goal.of(row, Names.STELE_RAW, Names.ETCD).isPresent()) {
          groups.add(group(summary, row, Names.STELE_RAW));
        }
      }
    }
    groups.removeIf(Group::isEmpty);
    return new Bars(
        "Stele's throughput, as a multiple of its peers'", caption(summary), List.copyOf(groups));
  }

  /** What the contenders in the chart were given to warm up, those that shared it as one. */
  private static String caption(Summary summary) {
    Map<List<String>, Long> seconds = new LinkedHashMap<>();
    for (Column column : summary.results().columns()) {
      Warmup warmup = column.warmup();
      if (!warmup.duration().isZero() && !Names.isLimit(column.name())) {
        List<String> names =
            Stream.concat(Stream.of(column.name()), warmup.others().stream()).sorted().toList();
        seconds.put(names, warmup.duration().toSeconds());
      }
    }
    List<String> texts = new ArrayList<>();
    seconds.forEach((names, each) -> texts.add(String.join(" + ", names) + " " + each + " s"));
    return texts.isEmpty() ? "" : "warmed up in each turn: " + String.join(", ", texts);
  }

  private static Group group(Summary summary, Row row, String subject) {
    List<Optional<Ratio>> ratios =
        Summary.PEERS.stream().map(peer -> summary.ratio(row, subject, peer)).toList();
    return new Group(label(row, subject), ratios);
  }

  private static List<String> label(Row row, String subject) {
    List<String> lines = new ArrayList<>();
    lines.add(
        switch (row.kind()) {
          case PUT -> "put";
          case GET -> "get";
          case LOCAL_GET -> "local get";
          case MIX -> "mix 80/20";
          case TRANSACTION -> "transaction";
          case WATCH_RATE -> "watch";
          case LEASE -> "leases";
          case CLAIM -> row == Row.CLAIMS ? "claims" : "claims, spread";
          default -> throw new IllegalArgumentException(row + " is no throughput");
        });
    lines.add(
        switch (row.kind()) {
          case WATCH_RATE -> "events";
          case LEASE -> "renewals";
          case CLAIM -> String.format(Locale.ROOT, "%,d claimers", row.clients());
          default -> String.format(Locale.ROOT, "%,d clients", row.clients());
        });
    if (subject.equals(Names.STELE_RAW)) {
      lines.add("one RPC each");
    }
    return lines;
  }

  /** The highest ratio that there is, 1 at least. */
  double highest() {
    return groups.stream()
        .flatMap(group -> group.ratios().stream())
        .flatMap(Optional::stream)
        .mapToDouble(Ratio::value)
        .reduce(1, Math::max);
  }
}
