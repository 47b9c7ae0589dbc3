// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static dev.stele.cli.load.ReportLines.line;
import static dev.stele.cli.load.ReportLines.rounded;
import static dev.stele.cli.load.ReportLines.spread;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.bench.lease.HoldReport;
import dev.stele.bench.lease.WaitReport;
import dev.stele.bench.watch.WatchReport.Spread;
import dev.stele.cli.output.Json;

/** What a run with leases found, for people and for programs. */
final class LeaseText {
  private LeaseText() {}

  static ObjectNode json(HoldReport report) {
    ObjectNode document =
        Json.object()
            .put("operation", "lease")
            .put("leases", report.options().leases())
            .put("ttlMillis", report.options().ttl().toMillis())
            .put("acquireSeconds", rounded(report.acquireSeconds()))
            .put("seconds", rounded(report.seconds()))
            .put("renewals", report.renewals())
            .put("renewalsPerSecond", rounded(report.renewalsPerSecond()));
    document.set("renewalMicros", json(report.roundTrip()));
    return document
        .put("lost", report.lost())
        .put("logEntries", report.entries())
        .put("revisions", report.revisions());
  }

  static ObjectNode json(WaitReport report) {
    ObjectNode document =
        Json.object()
            .put("operation", "lease-wait")
            .put("waiters", report.options().leases())
            .put("ttlMillis", report.options().ttl().toMillis())
            .put("seconds", rounded(report.seconds()))
            .put("handOvers", report.handOvers())
            .put("handOversPerSecond", rounded(report.handOversPerSecond()));
    document.set("handOverMicros", json(report.delay()));
    document.put("tokensGrew", report.tokensGrew());
    ArrayNode failures = document.putArray("failures");
    report.failures().forEach(failures::add);
    return document;
  }

  private static ObjectNode json(Spread spread) {
    return Json.object()
        .put("p50", spread.p50Micros())
        .put("p99", spread.p99Micros())
        .put("max", spread.maxMicros());
  }

  static String table(HoldReport report) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "lease: %,d leases of %,d ms, held by one process, %.1f s",
        report.options().leases(),
        report.options().ttl().toMillis(),
        report.seconds());
    line(text, "  acquired in  %.1f s", report.acquireSeconds());
    line(text, "  renewals     %,d, %,.0f/s", report.renewals(), report.renewalsPerSecond());
    line(text, "  latency      %s", spread(report.roundTrip()));
    line(
        text,
        "  the log      %,d entries, %,d revisions meanwhile",
        report.entries(),
        report.revisions());
    line(text, "  lost         %,d", report.lost());
    return text.toString();
  }

  static String table(WaitReport report) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "lease: %,d waiters of one name, %.1f s",
        report.options().leases(),
        report.seconds());
    line(text, "  hand-overs   %,d, %,.0f/s", report.handOvers(), report.handOversPerSecond());
    line(text, "  delay        %s", spread(report.delay()));
    line(
        text,
        "  verified     %s",
        report.tokensGrew()
            ? "each token above the one before"
            : "NOT AS IT MUST BE: a token fell");
    report.failures().stream().limit(5).forEach(why -> line(text, "  failed       %s", why));
    return text.toString();
  }
}
