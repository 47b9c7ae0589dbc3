// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.bench.member.MemberOptions;
import dev.stele.bench.member.MemberRunReport;
import dev.stele.bench.watch.WatchReport.Spread;
import java.time.Duration;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MemberTextTest {
  private static MemberRunReport report(long entries) {
    TreeMap<String, Long> outcomes = new TreeMap<>();
    outcomes.put("unchanged", 299_000L);
    outcomes.put("written", 1_000L);
    return new MemberRunReport(
        new MemberOptions(10_000, Duration.ofSeconds(10), Duration.ofSeconds(30), "bench/"),
        2.5,
        30,
        30,
        1,
        300_000,
        new Spread(1_500, 9_000, 12_000),
        outcomes,
        0,
        entries,
        entries);
  }

  @Test
  void peopleSeeWhatWasReportedAndThatTheLogStayedAsItWas() {
    assertThat(MemberText.table(report(0)))
        .contains("10,000 members of 10,000 ms")
        .contains("300,000, 10,000/s")
        .contains("30, 1 of them late")
        .contains("unchanged    299,000")
        .contains("0 entries, 0 revisions meanwhile\n");
  }

  @Test
  void aLogThatGrewIsPointedOut() {
    assertThat(MemberText.table(report(7)))
        .contains("7 entries, 7 revisions meanwhile: NOT AS IT MUST BE");
  }

  @Test
  void programsSeeTheSame() {
    ObjectNode document = MemberText.json(report(7));
    assertThat(document.get("operation").asText()).isEqualTo("member");
    assertThat(document.get("reportsPerSecond").asDouble()).isEqualTo(10_000);
    assertThat(document.get("outcomes").get("written").asLong()).isEqualTo(1_000);
    assertThat(document.get("logEntries").asLong()).isEqualTo(7);
    assertThat(document.get("requestMicros").get("p99").asLong()).isEqualTo(9_000);
  }
}
