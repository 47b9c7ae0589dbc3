// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.MemberReport;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.model.LeaseRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What members say of themselves. Methods throw {@link
 * dev.stele.server.wire.error.RefusedException}.
 */
public final class ReportParser {
  /** Reports that one request may bring. */
  public static final int REPORTS_MAX = 1_000;

  private ReportParser() {}

  /** Each report as the command that would write it, in their order; each of another member. */
  public static List<UpdateMember> reports(ReportMembersRequest request) {
    int count = request.getReportsCount();
    if (count < 1 || count > REPORTS_MAX) {
      throw invalid("reports", "holds " + count + " reports, 1 to " + REPORTS_MAX + " are allowed");
    }
    Map<String, Integer> places = new HashMap<>();
    List<UpdateMember> reports = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String field = "reports[" + i + "]";
      UpdateMember report = report(request.getReports(i), field);
      Integer before = places.putIfAbsent(report.lease().name(), i);
      if (before != null) {
        throw invalid(field + ".lease", "is of the same member as reports[" + before + "].lease");
      }
      reports.add(report);
    }
    return reports;
  }

  private static UpdateMember report(MemberReport message, String field) {
    LeaseRef lease = MemberParser.lease(message.hasLease(), message.getLease(), field + ".lease");
    return new UpdateMember(
        lease,
        health(message, field + ".health"),
        capacity(message, field + ".capacity.values"),
        message.hasLabels()
            ? Optional.of(new TreeMap<>(message.getLabels().getValuesMap()))
            : Optional.empty());
  }

  private static Optional<MemberRecord.Health> health(MemberReport message, String field) {
    if (!message.hasHealth()) {
      return Optional.empty();
    }
    return switch (message.getHealth()) {
      case LOST -> throw invalid(field, "is LOST, which is nobody's to report");
      case UNRECOGNIZED ->
          throw invalid(field, "is " + message.getHealthValue() + ", which is not known");
      default -> Optional.of(MemberBody.health(message.getHealth()));
    };
  }

  private static Optional<SortedMap<String, Long>> capacity(MemberReport message, String field) {
    if (!message.hasCapacity()) {
      return Optional.empty();
    }
    SortedMap<String, Long> capacity = new TreeMap<>();
    int i = 0;
    for (Map.Entry<String, Long> entry : message.getCapacity().getValuesMap().entrySet()) {
      capacity.put(entry.getKey(), Fields.revision(entry.getValue(), field + "[" + i + "].value"));
      i++;
    }
    return Optional.of(capacity);
  }
}
