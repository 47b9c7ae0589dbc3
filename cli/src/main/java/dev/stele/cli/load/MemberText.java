// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static dev.stele.cli.load.ReportLines.line;
import static dev.stele.cli.load.ReportLines.rounded;
import static dev.stele.cli.load.ReportLines.spread;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.bench.member.MemberRunReport;
import dev.stele.cli.output.Json;

/** What a run with members found, for people and for programs. */
final class MemberText {
  private MemberText() {}

  static ObjectNode json(MemberRunReport report) {
    ObjectNode document =
        Json.object()
            .put("operation", "member")
            .put("members", report.options().members())
            .put("ttlMillis", report.options().ttl().toMillis())
            .put("registerSeconds", rounded(report.registerSeconds()))
            .put("seconds", rounded(report.seconds()))
            .put("rounds", report.rounds())
            .put("lateRounds", report.lateRounds())
            .put("reports", report.reports())
            .put("reportsPerSecond", rounded(report.reportsPerSecond()));
    document.set(
        "requestMicros",
        Json.object()
            .put("p50", report.latency().p50Micros())
            .put("p99", report.latency().p99Micros())
            .put("max", report.latency().maxMicros()));
    ObjectNode outcomes = document.putObject("outcomes");
    report.outcomes().forEach(outcomes::put);
    return document
        .put("lost", report.lost())
        .put("logEntries", report.entries())
        .put("revisions", report.revisions());
  }

  static String table(MemberRunReport report) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "member: %,d members of %,d ms, each reports each second, %.1f s",
        report.options().members(),
        report.options().ttl().toMillis(),
        report.seconds());
    line(text, "  registered   in %.1f s", report.registerSeconds());
    line(text, "  reports      %,d, %,.0f/s", report.reports(), report.reportsPerSecond());
    line(text, "  rounds       %,d, %,d of them late", report.rounds(), report.lateRounds());
    line(text, "  latency      %s a request", spread(report.latency()));
    report.outcomes().forEach((name, count) -> line(text, "  %-12s %,d", name, count));
    line(
        text,
        "  the log      %,d entries, %,d revisions meanwhile%s",
        report.entries(),
        report.revisions(),
        report.entries() == 0 && report.revisions() == 0 ? "" : ": NOT AS IT MUST BE");
    line(text, "  lost leases  %,d", report.lost());
    return text.toString();
  }
}
