// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static dev.stele.cli.load.ReportLines.line;
import static dev.stele.cli.load.ReportLines.rounded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.bench.LoadOptions;
import dev.stele.bench.LoadReport;
import dev.stele.bench.LoadReport.Latency;
import dev.stele.bench.LoadReport.Verification;
import dev.stele.cli.output.Json;
import java.util.Locale;

/** What a load run found, for people and for programs. */
final class LoadText {
  private LoadText() {}

  static ObjectNode json(LoadReport report) {
    LoadOptions options = report.options();
    Latency latency = report.latency();
    ObjectNode document =
        Json.object()
            .put("operation", name(options))
            .put("clients", options.clients())
            .put("connections", report.connections())
            .put("keys", options.keys())
            .put("valueBytes", options.valueBytes())
            .put("seconds", rounded(report.seconds()))
            .put("operations", report.operations())
            .put("opsPerSecond", rounded(report.opsPerSecond()));
    if (options.rate() > 0) {
      document.put("rate", options.rate());
    }
    document
        .putObject("latencyMicros")
        .put("p50", latency.p50Micros())
        .put("p90", latency.p90Micros())
        .put("p99", latency.p99Micros())
        .put("p999", latency.p999Micros())
        .put("max", latency.maxMicros())
        .put("mean", rounded(latency.meanMicros()));
    ObjectNode errors = document.putObject("errors");
    report.errors().forEach(errors::put);
    document.put("unknown", report.unknown()).put("longestGapMillis", report.longestGapMillis());
    Verification verification = report.verification();
    if (verification != null) {
      document.set("verification", json(verification));
    }
    return document;
  }

  private static ObjectNode json(Verification verification) {
    ObjectNode document =
        Json.object()
            .put("holds", verification.holds())
            .put("keys", verification.keys())
            .put("acknowledged", verification.acknowledged())
            .put("unknownDone", verification.unknownDone())
            .put("unknownNotDone", verification.unknownNotDone())
            .put("lost", verification.lost())
            .put("twice", verification.twice())
            .put("phantoms", verification.phantoms())
            .put("wentBack", verification.wentBack())
            .put("foreign", verification.foreign())
            .put("unread", verification.unread());
    ArrayNode examples = document.putArray("examples");
    verification.examples().forEach(examples::add);
    return document;
  }

  static String table(LoadReport report) {
    LoadOptions options = report.options();
    Latency latency = report.latency();
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s: %,d clients, %d connections, %,d keys, documents of %,d bytes, %.1f s",
        name(options),
        options.clients(),
        report.connections(),
        options.keys(),
        options.valueBytes(),
        report.seconds());
    line(text, "  operations   %,d, %,.0f/s", report.operations(), report.opsPerSecond());
    if (options.rate() > 0) {
      line(text, "  asked for    %,d/s; latencies count from when each was due", options.rate());
    }
    line(
        text,
        "  latency      p50 %s, p90 %s, p99 %s, p99.9 %s, max %s",
        millis(latency.p50Micros()),
        millis(latency.p90Micros()),
        millis(latency.p99Micros()),
        millis(latency.p999Micros()),
        millis(latency.maxMicros()));
    line(text, "  longest gap  %,d ms without a success", report.longestGapMillis());
    line(text, "  errors       %s", report.errors().isEmpty() ? "none" : report.errors());
    line(text, "  unknown      %,d outcomes", report.unknown());
    Verification verification = report.verification();
    if (verification != null) {
      line(text, "  verified     %s", sentence(verification));
      verification.examples().forEach(example -> line(text, "               %s", example));
    }
    return text.toString();
  }

  private static String sentence(Verification found) {
    if (found.holds()) {
      return String.format(
          Locale.ROOT,
          "%,d acknowledged writes of %,d keys, each there exactly once; of %,d unknown ones %,d"
              + " once, %,d never",
          found.acknowledged(),
          found.keys(),
          found.unknownDone() + found.unknownNotDone(),
          found.unknownDone(),
          found.unknownNotDone());
    }
    return String.format(
        Locale.ROOT,
        "NOT AS IT MUST BE: of %,d keys %d lost, %d twice, %d phantoms, %d went back, %d written by others,"
            + " %d unread",
        found.keys(),
        found.lost(),
        found.twice(),
        found.phantoms(),
        found.wentBack(),
        found.foreign(),
        found.unread());
  }

  static String millis(long micros) {
    return String.format(Locale.ROOT, micros < 10_000 ? "%.2f ms" : "%,.0f ms", micros / 1e3);
  }

  private static String name(LoadOptions options) {
    return options.operation().name().toLowerCase(Locale.ROOT);
  }
}
