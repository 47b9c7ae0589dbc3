// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission.report;

import static dev.stele.server.admission.report.ReportRule.Weight.CAPACITY;
import static dev.stele.server.admission.report.ReportRule.Weight.HEALTH;
import static dev.stele.server.admission.report.ReportRule.Weight.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.MemberRecord.Health;
import dev.stele.server.core.model.LeaseRef;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportRuleTest {
  private static final ReportRule RULE = new ReportRule(10);
  private static final LeaseRef LEASE = new LeaseRef("member/m", 1);

  private static MemberRecord written(Map<String, Long> capacity) {
    return new MemberRecord(
        "h:1", 1, new TreeMap<>(capacity), Health.HEALTHY, new TreeMap<>(Map.of("zone", "a")));
  }

  private static UpdateMember capacity(Map<String, Long> values) {
    return report(Optional.empty(), Optional.of(new TreeMap<>(values)), Optional.empty());
  }

  private static UpdateMember report(
      Optional<Health> health,
      Optional<SortedMap<String, Long>> capacity,
      Optional<SortedMap<String, String>> labels) {
    return new UpdateMember(LEASE, health, capacity, labels);
  }

  private static ReportRule.Weight ofSlots(ReportRule rule, long written, long reported) {
    return rule.weight(written(Map.of("slots", written)), capacity(Map.of("slots", reported)));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 1000, NONE",
    "1000, 1100, NONE",
    "1000, 1101, CAPACITY",
    "1000, 900, NONE",
    "1000, 899, CAPACITY",
    "9, 10, CAPACITY",
    "19, 20, NONE",
    "19, 21, CAPACITY",
    "0, 0, NONE",
    "0, 1, CAPACITY",
    "1, 0, CAPACITY",
    "9223372036854775807, 8301034833169298228, NONE",
    "9223372036854775807, 8301034833169298226, CAPACITY",
    "1, 9223372036854775807, CAPACITY"
  })
  void aCapacityIsWorthAWriteBeyondTheThreshold(
      long written, long reported, ReportRule.Weight weight) {
    assertThat(ofSlots(RULE, written, reported)).isEqualTo(weight);
  }

  @Property
  void theThresholdIsExactForEveryNumber(
      @ForAll @LongRange(min = 1) long written,
      @ForAll @LongRange(min = 1) long reported,
      @ForAll @IntRange(max = 100) int percent) {
    BigInteger difference =
        BigInteger.valueOf(reported).subtract(BigInteger.valueOf(written)).abs();
    boolean beyond =
        difference
                .multiply(BigInteger.valueOf(100))
                .compareTo(BigInteger.valueOf(written).multiply(BigInteger.valueOf(percent)))
            > 0;
    assertThat(ofSlots(new ReportRule(percent), written, reported))
        .isEqualTo(beyond ? CAPACITY : NONE);
  }

  @Test
  void aCapacityThatComesOrGoesIsAlwaysWorthAWrite() {
    MemberRecord written = written(Map.of("slots", 5L));
    assertThat(RULE.weight(written, capacity(Map.of("slots", 5L, "cpu", 0L)))).isEqualTo(CAPACITY);
    assertThat(RULE.weight(written, capacity(Map.of("cpu", 5L)))).isEqualTo(CAPACITY);
    assertThat(RULE.weight(written, capacity(Map.of()))).isEqualTo(CAPACITY);
  }

  @Test
  void oneCapacityBeyondTheThresholdAmongManyIsEnough() {
    MemberRecord written = written(Map.of("a", 100L, "b", 100L, "c", 100L));
    assertThat(RULE.weight(written, capacity(Map.of("a", 100L, "b", 110L, "c", 90L))))
        .isEqualTo(NONE);
    assertThat(RULE.weight(written, capacity(Map.of("a", 100L, "b", 110L, "c", 89L))))
        .isEqualTo(CAPACITY);
  }

  @Test
  void anotherHealthOutweighsAnythingElse() {
    MemberRecord written = written(Map.of("slots", 5L));
    for (Health health : Health.values()) {
      UpdateMember report =
          report(Optional.of(health), Optional.of(new TreeMap<>()), Optional.empty());
      assertThat(RULE.weight(written, report))
          .isEqualTo(health == Health.HEALTHY ? CAPACITY : HEALTH);
    }
  }

  @Test
  void otherLabelsAreWorthAWriteAndEqualOnesAreNot() {
    MemberRecord written = written(Map.of());
    assertThat(RULE.weight(written, labels(Map.of("zone", "a")))).isEqualTo(NONE);
    assertThat(RULE.weight(written, labels(Map.of("zone", "b")))).isEqualTo(CAPACITY);
    assertThat(RULE.weight(written, labels(Map.of("zone", "a", "rack", "")))).isEqualTo(CAPACITY);
    assertThat(RULE.weight(written, labels(Map.of()))).isEqualTo(CAPACITY);
  }

  private static UpdateMember labels(Map<String, String> labels) {
    return report(Optional.empty(), Optional.empty(), Optional.of(new TreeMap<>(labels)));
  }

  @Test
  void whatIsNotReportedIsAsItIs() {
    UpdateMember nothing = report(Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(RULE.weight(written(Map.of("slots", 5L)), nothing)).isEqualTo(NONE);
  }
}
