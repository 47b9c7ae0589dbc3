// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Bars as PNG, for where SVG can't be shown. Needs fonts. */
final class PngChart {
  private static final int WIDTH = 1_500;
  private static final int HEIGHT = 620;
  private static final int LABEL_ROTATION_DEGREES = 30;

  private PngChart() {}

  /**
   * Draws them.
   *
   * @throws IOException when this machine can't, and why
   */
  static void write(Bars bars, Path file) throws IOException {
    // A machine without a screen, or without fonts, is no reason to lose the rest of the report.
    System.setProperty("java.awt.headless", "true");
    try (OutputStream out = Files.newOutputStream(file)) {
      ChartEncoder.saveChart(chart(bars), out, "PNG");
    } catch (RuntimeException | LinkageError unable) {
      throw new IOException("no chart could be drawn as PNG: " + unable, unable);
    }
  }

  private static CategoryChart chart(Bars bars) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(bars.title())
            .xAxisTitle(bars.caption())
            .yAxisTitle("times the peer's")
            .build();
    var style = chart.getStyler();
    style.setLegendPosition(LegendPosition.OutsideE);
    style.setChartBackgroundColor(Color.WHITE);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 22));
    style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    style.setXAxisLabelRotation(LABEL_ROTATION_DEGREES);
    style.setAvailableSpaceFill(0.7);
    style.setYAxisMin(0.0);
    style.setLabelsVisible(true);
    style.setLabelsFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    style.setLabelsPosition(0.93);
    style.setSeriesColors(new Color[] {new Color(0x2563a8), new Color(0xe08a1e)});
    List<String> labels =
        bars.groups().stream().map(group -> String.join(" ", group.label())).toList();
    for (int peer = 0; peer < Summary.PEERS.size(); peer++) {
      int which = peer;
      List<@Nullable Double> values =
          bars.groups().stream().map(group -> value(group.ratios().get(which))).toList();
      chart.addSeries("next to " + Summary.PEERS.get(peer), labels, values);
    }
    return chart;
  }

  /** Null leaves the place empty; a zero would be drawn, and labelled. */
  private static @Nullable Double value(Optional<Ratio> ratio) {
    return ratio.map(Ratio::value).map(value -> Math.round(value * 10) / 10.0).orElse(null);
  }
}
