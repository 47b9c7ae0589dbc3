// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission.report;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What is shown of members' reports. */
final class ReportMetrics {
  private final Counter written;
  private final Counter unchanged;
  private final Counter deferred;
  private final Counter lost;
  private final Counter unknown;
  private final Counter refused;
  private final Counter notProposed;

  ReportMetrics(MeterRegistry meters) {
    written = reports(meters, "written");
    unchanged = reports(meters, "unchanged");
    deferred = reports(meters, "deferred");
    lost = reports(meters, "lost");
    unknown = reports(meters, "unknown");
    refused = reports(meters, "refused");
    notProposed = reports(meters, "not_proposed");
  }

  private static Counter reports(MeterRegistry meters, String outcome) {
    return Counter.builder("stele.members.reports")
        .description("what members said of themselves, at the leader")
        .tag("outcome", outcome)
        .register(meters);
  }

  void answered(ReportOutcome outcome) {
    counter(outcome).increment();
  }

  private Counter counter(ReportOutcome outcome) {
    if (outcome instanceof ReportOutcome.Unchanged) {
      return unchanged;
    } else if (outcome instanceof ReportOutcome.Written) {
      return written;
    } else if (outcome instanceof ReportOutcome.Deferred) {
      return deferred;
    } else if (outcome instanceof ReportOutcome.Lost) {
      return lost;
    } else if (outcome instanceof ReportOutcome.Unknown) {
      return unknown;
    }
    return outcome instanceof ReportOutcome.Refused ? refused : notProposed;
  }
}
