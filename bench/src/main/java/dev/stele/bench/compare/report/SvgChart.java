// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.report.Bars.Group;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Bars as SVG. On a ground of its own, so that it reads the same on white and on dark pages; it
 * needs no fonts of the machine that draws it.
 */
final class SvgChart {
  private static final int GROUP_WIDTH = 112;
  private static final int BAR_WIDTH = 36;
  private static final int LEFT = 70;
  private static final int RIGHT = 24;
  private static final int TOP = 96;
  private static final int PLOT_HEIGHT = 300;
  private static final int BOTTOM = 112;
  private static final int CAPTION_FROM_BOTTOM = 16;
  private static final int MIN_WIDTH = 620;
  private static final int LEGEND_WIDTH = 190;
  private static final int LINE_HEIGHT = 19;
  private static final int MAX_LINES = 8;
  private static final String INK = "#1f2933";
  private static final String FAINT = "#d5dbe1";

  /** Tell apart for people who don't see all colours, too. */
  private static final List<String> COLOURS = List.of("#2563a8", "#e08a1e");

  private final Bars bars;
  private final StringBuilder svg = new StringBuilder();
  private final int width;
  private final double step;
  private final double top;

  private SvgChart(Bars bars) {
    this.bars = bars;
    this.width = Math.max(MIN_WIDTH, LEFT + RIGHT + GROUP_WIDTH * bars.groups().size());
    this.step = step(bars.highest());
    this.top = Math.ceil(bars.highest() * 1.08 / step) * step;
  }

  static String of(Bars bars) {
    return new SvgChart(bars).draw();
  }

  /** A round distance between lines, such that there are not too many. */
  private static double step(double highest) {
    double step = 0.5;
    while (highest / step > MAX_LINES) {
      step *= 2;
    }
    return step;
  }

  private String draw() {
    int height = TOP + PLOT_HEIGHT + BOTTOM;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"system-ui, Segoe UI, Helvetica, Arial, sans-serif\" font-size=\"15\""
            + " fill=\"%s\" role=\"img\">",
        width, height, width, height, INK);
    add("<title>%s</title>", escaped(bars.title()));
    add(
        "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\" stroke=\"%s\"/>",
        width, height, FAINT);
    add(
        "<text x=\"%d\" y=\"36\" font-size=\"20\" font-weight=\"600\">%s</text>",
        LEFT, escaped(bars.title()));
    legend();
    grid();
    for (int i = 0; i < bars.groups().size(); i++) {
      group(bars.groups().get(i), LEFT + i * GROUP_WIDTH);
    }
    add(
        "<text x=\"%d\" y=\"%d\" font-size=\"14\">%s</text>",
        LEFT, height - CAPTION_FROM_BOTTOM, escaped(bars.caption()));
    // Above the bars: what is as fast as the peer ends there.
    line(1, INK, 2);
    return svg.append("</svg>\n").toString();
  }

  private void legend() {
    int x = LEFT;
    for (int peer = 0; peer < Summary.PEERS.size(); peer++) {
      add("<rect x=\"%d\" y=\"55\" width=\"14\" height=\"14\" fill=\"%s\"/>", x, COLOURS.get(peer));
      add("<text x=\"%d\" y=\"68\">next to %s</text>", x + 20, escaped(Summary.PEERS.get(peer)));
      x += LEGEND_WIDTH;
    }
    add(
        "<path d=\"M%d 62h24\" stroke=\"%s\" stroke-width=\"3\" stroke-dasharray=\"5 3\"/>",
        x, INK);
    add("<text x=\"%d\" y=\"68\">must reach</text>", x + 32);
  }

  private void grid() {
    for (double ratio = 0; ratio <= top + step / 2; ratio += step) {
      line(ratio, FAINT, 1);
      add(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s×</text>",
          LEFT - 8, y(ratio) + 5, Texts.plain(ratio));
    }
  }

  private void line(double ratio, String colour, int thick) {
    add(
        "<path d=\"M%d %.1fH%d\" stroke=\"%s\" stroke-width=\"%d\"/>",
        LEFT, y(ratio), width - RIGHT, colour, thick);
  }

  private void group(Group group, int left) {
    int inner = left + (GROUP_WIDTH - 2 * BAR_WIDTH) / 2;
    for (int peer = 0; peer < group.ratios().size(); peer++) {
      Optional<Ratio> ratio = group.ratios().get(peer);
      if (ratio.isPresent()) {
        bar(ratio.get(), inner + peer * BAR_WIDTH, COLOURS.get(peer));
      }
    }
    int middle = left + GROUP_WIDTH / 2;
    int y = TOP + PLOT_HEIGHT + LINE_HEIGHT + 3;
    for (String text : group.label()) {
      add("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>", middle, y, escaped(text));
      y += LINE_HEIGHT;
    }
  }

  private void bar(Ratio ratio, int x, String colour) {
    double upper = y(ratio.value());
    add(
        "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>",
        x + 1, upper, BAR_WIDTH - 2, y(0) - upper, colour);
    if (ratio.goal().isPresent()) {
      add(
          "<path d=\"M%d %.1fh%d\" stroke=\"%s\" stroke-width=\"3\" stroke-dasharray=\"5 3\"/>",
          x + 1, y(ratio.goal().get().must()), BAR_WIDTH - 2, INK);
    }
    add(
        "<text x=\"%d\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"14\" stroke=\"#ffffff\""
            + " stroke-width=\"4\" paint-order=\"stroke\">%.1f</text>",
        x + BAR_WIDTH / 2, upper - 6, ratio.value());
  }

  private double y(double ratio) {
    return TOP + PLOT_HEIGHT * (1 - Math.min(ratio, top) / top);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
