// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.report.Goal.Mark;
import dev.stele.bench.compare.run.Names;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * A table in words.
 *
 * @param rows each as long as {@code heads}
 */
public record Grid(List<String> heads, List<List<String>> rows) {
  /** Keeps its own lists. */
  public Grid {
    heads = List.copyOf(heads);
    rows = List.copyOf(rows);
  }

  /** The median of each contender in each row. */
  public static Grid figures(Summary summary) {
    List<String> heads = new ArrayList<>(List.of("row", "unit"));
    List<Column> columns = summary.results().columns();
    columns.forEach(column -> heads.add(column.name()));
    List<List<String>> rows = new ArrayList<>();
    for (Row row : summary.rows()) {
      List<String> cells = new ArrayList<>(List.of(summary.title(row), row.figure().unit()));
      for (Column column : columns) {
        boolean absent = column.missing().isPresent();
        cells.add(absent ? "missing" : Texts.cell(row, summary.cell(row, column)));
      }
      rows.add(cells);
    }
    return new Grid(heads, rows);
  }

  /** CPU time of an operation in each row that counts them: nodes and load together. */
  public static Grid cpu(Summary summary) {
    List<String> heads = new ArrayList<>(List.of("row"));
    List<Column> columns = summary.results().columns();
    columns.forEach(column -> heads.add(column.name()));
    List<List<String>> rows = new ArrayList<>();
    for (Row row : summary.rows()) {
      if (row.isFault() || row == Row.MEMORY) {
        continue;
      }
      List<String> cells = new ArrayList<>(List.of(summary.title(row)));
      for (Column column : columns) {
        cells.add(
            summary
                .figures(row, column.name())
                .map(figures -> Texts.number(figures.cpuMicros()))
                .orElse("–"));
      }
      rows.add(cells);
    }
    return new Grid(heads, rows);
  }

  /** Stele's medians and tails next to the peers', and what that is worth. */
  public static Grid ratios(Summary summary) {
    List<String> heads = new ArrayList<>(List.of("row", "of"));
    Summary.PEERS.forEach(peer -> heads.addAll(List.of("/ " + peer, "p99 / " + peer)));
    heads.add("verdict");
    List<List<String>> rows = new ArrayList<>();
    for (Row row : summary.rows()) {
      addRatios(rows, summary, row, Names.STELE);
      if (Goal.of(row, Names.STELE_RAW, Names.ETCD).isPresent()) {
        addRatios(rows, summary, row, Names.STELE_RAW);
      }
    }
    return new Grid(heads, rows);
  }

  private static void addRatios(List<List<String>> rows, Summary summary, Row row, String subject) {
    List<String> cells = new ArrayList<>(List.of(summary.title(row), subject));
    for (String peer : Summary.PEERS) {
      cells.add(Texts.ratio(summary.ratio(row, subject, peer)));
      cells.add(Texts.tail(summary.tail(row, subject, peer)));
    }
    cells.add(summary.verdict(row, subject).map(Mark::text).orElse("–"));
    rows.add(cells);
  }

  /** As Markdown. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    line(text, heads);
    line(text, heads.stream().map(head -> "---").toList());
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell.replace("|", "\\|").replace("\n", " ")).append(" |");
    }
    text.append('\n');
  }
}
