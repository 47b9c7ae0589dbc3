// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static dev.stele.cli.load.ReportLines.rounded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.bench.compare.report.Cell;
import dev.stele.bench.compare.report.Cell.Figures;
import dev.stele.bench.compare.report.Goal;
import dev.stele.bench.compare.report.Goal.Mark;
import dev.stele.bench.compare.report.Grid;
import dev.stele.bench.compare.report.Ratio;
import dev.stele.bench.compare.report.Summary;
import dev.stele.bench.compare.run.Machine;
import dev.stele.bench.compare.run.Names;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Row;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a comparison found, for people and for programs. */
final class CompareText {
  private CompareText() {}

  static String table(Summary summary) {
    StringBuilder text = new StringBuilder();
    text.append(table(Grid.figures(summary))).append('\n').append(table(Grid.ratios(summary)));
    List<String> shortfalls = summary.shortfalls();
    text.append('\n');
    if (shortfalls.isEmpty()) {
      text.append("nothing that was measured falls short\n");
    } else {
      text.append("falls short:\n");
      shortfalls.forEach(each -> text.append("  ").append(each).append('\n'));
    }
    for (Column column : summary.results().columns()) {
      column
          .missing()
          .ifPresent(why -> text.append(column.name()).append(" was left out: ").append(why));
      text.append(column.missing().isPresent() ? "\n" : "");
    }
    return text.toString();
  }

  private static String table(Grid grid) {
    Table table =
        new Table(
            grid.heads().stream()
                .map(head -> head.toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
    grid.rows().forEach(row -> table.row(row.toArray()));
    return table.text();
  }

  static ObjectNode json(Summary summary, Path directory) {
    ObjectNode document =
        Json.object()
            .put("rounds", summary.results().plan().rounds())
            .put("cut", summary.results().cut())
            .put("directory", directory.toString());
    document.set("machine", json(summary.results().machine()));
    ArrayNode contenders = document.putArray("contenders");
    summary.results().columns().forEach(column -> contenders.add(json(column)));
    ArrayNode rows = document.putArray("rows");
    summary.rows().forEach(row -> rows.add(json(summary, row)));
    ArrayNode ratios = document.putArray("ratios");
    summary.ratios().forEach(ratio -> ratios.add(json(summary, ratio)));
    ArrayNode shortfalls = document.putArray("shortfalls");
    summary.shortfalls().forEach(shortfalls::add);
    return document;
  }

  private static ObjectNode json(Machine machine) {
    return Json.object()
        .put("cpu", machine.cpu())
        .put("cores", machine.cores())
        .put("memoryMebibytes", machine.memoryMebibytes())
        .put("kernel", machine.kernel())
        .put("java", machine.java())
        .put("fileSystem", machine.fileSystem())
        .put("fsyncP50Micros", machine.fsync().p50Micros())
        .put("fsyncP99Micros", machine.fsync().p99Micros());
  }

  private static ObjectNode json(Column column) {
    ObjectNode contender =
        Json.object().put("name", column.name()).put("id", Names.id(column.name()));
    column.missing().ifPresent(why -> contender.put("missing", why));
    contender.put("version", column.version());
    contender.put("warmupSeconds", column.warmup().duration().toSeconds());
    ArrayNode settings = contender.putArray("settings");
    column.settings().forEach(settings::add);
    return contender;
  }

  private static ObjectNode json(Summary summary, Row row) {
    ObjectNode object =
        Json.object()
            .put("id", row.id())
            .put("title", summary.title(row))
            .put("unit", row.figure().unit())
            .put("moreIsBetter", row.figure().moreIsBetter());
    ArrayNode cells = object.putArray("figures");
    for (Column column : summary.results().columns()) {
      summary
          .cell(row, column)
          .ifPresent(cell -> cells.add(json(cell).put("contender", column.name())));
    }
    return object;
  }

  private static ObjectNode json(Cell cell) {
    ObjectNode object = Json.object();
    if (cell.figures().isPresent()) {
      Figures figures = cell.figures().get();
      object
          .put("median", rounded(figures.median()))
          .put("min", rounded(figures.min()))
          .put("max", rounded(figures.max()))
          .put("rounds", figures.rounds())
          .put("p50Millis", rounded(figures.p50Millis()))
          .put("p99Millis", rounded(figures.p99Millis()))
          .put("errors", figures.errors())
          .put("serverCpuSeconds", rounded(figures.serverCpuSeconds()))
          .put("loadCpuSeconds", rounded(figures.loadCpuSeconds()))
          .put("note", figures.note());
    }
    return cell.problem().isEmpty() ? object : object.put("problem", cell.problem());
  }

  private static ObjectNode json(Summary summary, Ratio ratio) {
    ObjectNode object =
        Json.object()
            .put("row", ratio.row().id())
            .put("of", ratio.subject())
            .put("peer", ratio.peer())
            .put("ratio", rounded(ratio.value()));
    if (ratio.goal().isPresent()) {
      Goal goal = ratio.goal().get();
      object
          .put("must", goal.must())
          .put("aim", goal.aim())
          .put("mark", id(goal.mark(ratio.value())));
    }
    summary
        .tail(ratio.row(), ratio.subject(), ratio.peer())
        .ifPresent(
            tail -> object.put("p99Ratio", rounded(tail.ratio())).put("p99Mark", id(tail.mark())));
    return object;
  }

  private static String id(Mark mark) {
    return mark.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
