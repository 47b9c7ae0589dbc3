// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static dev.stele.cli.load.ReportLines.line;
import static dev.stele.cli.load.ReportLines.rounded;
import static dev.stele.cli.load.ReportLines.spread;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.bench.watch.WatchOptions;
import dev.stele.bench.watch.WatchReport;
import dev.stele.bench.watch.WatchReport.Spread;
import dev.stele.cli.output.Json;
import java.util.Locale;

/** What a watch run found, for people and for programs. */
final class WatchText {
  private WatchText() {}

  static ObjectNode json(WatchReport report) {
    WatchOptions options = report.options();
    ObjectNode document =
        Json.object()
            .put("operation", "watch")
            .put("watchers", options.watchers())
            .put("stalled", options.stalled())
            .put("connections", options.streams())
            .put("ownKeys", options.ownKeys())
            .put("rate", options.rate())
            .put("seconds", rounded(report.seconds()))
            .put("events", report.events())
            .put("eventsPerSecond", rounded(report.eventsPerSecond()));
    document.set("delayMicros", json(report.delay()));
    document.put("writes", report.writes()).put("failedWrites", report.failedWrites());
    ObjectNode errors = document.putObject("errors");
    report.errors().forEach(errors::put);
    document.set("writeMicros", json(report.write()));
    document
        .put("holds", report.holds())
        .put("incomplete", report.incomplete())
        .put("outOfOrder", report.outOfOrder());
    ArrayNode endings = document.putArray("endings");
    report.endings().forEach(endings::add);
    report.catchUpMillis().ifPresent(millis -> document.put("catchUpMillis", millis));
    report
        .past()
        .ifPresent(
            past ->
                document
                    .putObject("past")
                    .put("events", past.events())
                    .put("seconds", rounded(past.seconds())));
    return document;
  }

  private static ObjectNode json(Spread spread) {
    return Json.object()
        .put("p50", spread.p50Micros())
        .put("p99", spread.p99Micros())
        .put("max", spread.maxMicros());
  }

  static String table(WatchReport report) {
    WatchOptions options = report.options();
    StringBuilder text = new StringBuilder();
    line(
        text,
        "watch: %,d watches of %s, %,d connections, %,d writes/s of %,d bytes, %.1f s",
        options.watchers(),
        options.ownKeys() ? "a key each" : "one prefix",
        options.streams(),
        options.rate(),
        options.valueBytes(),
        report.seconds());
    line(text, "  events       %,d, %,.0f/s", report.events(), report.eventsPerSecond());
    line(text, "  delay        %s", spread(report.delay()));
    line(
        text,
        "  writes       %,d, %,d failed%s",
        report.writes(),
        report.failedWrites(),
        report.errors().isEmpty() ? "" : " " + report.errors());
    line(text, "  latency      %s", spread(report.write()));
    report
        .catchUpMillis()
        .ifPresent(
            millis ->
                line(text, "  stalled      %,d, caught up in %,d ms", options.stalled(), millis));
    report
        .past()
        .ifPresent(
            past ->
                line(
                    text,
                    "  the past     %,d events in %.1f s, %,.0f/s",
                    past.events(),
                    past.seconds(),
                    past.events() / past.seconds()));
    line(text, "  verified     %s", verdict(report));
    report.endings().stream().limit(5).forEach(why -> line(text, "               %s", why));
    return text.toString();
  }

  private static String verdict(WatchReport report) {
    return report.holds()
        ? "every watch saw each acknowledged write, once and in order"
        : String.format(
            Locale.ROOT,
            "NOT AS IT MUST BE: %,d watches lack events, %,d were out of order, %,d ended",
            report.incomplete(),
            report.outOfOrder(),
            report.endings().size());
  }
}
