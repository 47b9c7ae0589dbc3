// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Columns under a head line, each as wide as its widest cell. The last one is not padded. */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** A table whose first line is this. */
  public Table(String... head) {
    rows.add(List.of(head));
  }

  /** Adds a line with as many cells as the head has. Control characters are shown as escapes. */
  public Table row(Object... cells) {
    int columns = rows.get(0).size();
    if (cells.length != columns) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
    }
    List<String> row = new ArrayList<>(columns);
    for (Object cell : cells) {
      row.add(Printable.of(String.valueOf(cell)));
    }
    rows.add(row);
    return this;
  }

  /** The lines, each with its end. */
  public String text() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], width(row.get(column)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        String cell = row.get(column);
        text.append(cell);
        if (column < columns - 1) {
          text.append(" ".repeat(widths[column] - width(cell))).append(GAP);
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
