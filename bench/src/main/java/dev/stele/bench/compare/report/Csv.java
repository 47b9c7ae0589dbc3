// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import static dev.stele.bench.CsvText.quoted;

import dev.stele.bench.compare.run.Measured;
import dev.stele.bench.compare.run.Results;
import dev.stele.bench.compare.run.Sample;
import java.util.List;
import java.util.Locale;

/** Every round of every row, for programs. */
final class Csv {
  private static final String HEAD =
      "round,contender,row,unit,value,perSecond,p50Millis,p99Millis,maxMillis,operations,errors,"
          + "seconds,serverCpuSeconds,loadCpuSeconds,note,warmupSeconds,problem";

  private Csv() {}

  static String of(Results results) {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    for (Sample sample : results.samples()) {
      text.append(line(sample, warmupSeconds(results, sample))).append('\n');
    }
    return text.toString();
  }

  private static long warmupSeconds(Results results, Sample sample) {
    return results.columns().stream()
        .filter(column -> column.name().equals(sample.contender()))
        .mapToLong(column -> column.warmup().duration().toSeconds())
        .findFirst()
        .orElse(0);
  }

  private static String line(Sample sample, long warmupSeconds) {
    List<String> head =
        List.of(
            String.valueOf(sample.round()),
            quoted(sample.contender()),
            sample.row().id(),
            sample.row().figure().unit());
    String figures = sample.measured().map(Csv::figures).orElse(",,,,,,,,,,");
    return String.join(
        ",",
        String.join(",", head),
        figures,
        String.valueOf(warmupSeconds),
        quoted(sample.problem()));
  }

  private static String figures(Measured measured) {
    return String.join(
        ",",
        number(measured.value()),
        number(measured.perSecond()),
        number(measured.latency().p50Micros() / 1e3),
        number(measured.latency().p99Micros() / 1e3),
        number(measured.latency().maxMicros() / 1e3),
        String.valueOf(measured.operations()),
        String.valueOf(measured.errors()),
        number(measured.seconds()),
        number(measured.serverCpuSeconds()),
        number(measured.loadCpuSeconds()),
        quoted(measured.note()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
