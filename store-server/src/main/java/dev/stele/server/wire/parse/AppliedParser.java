// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.server.admission.WriteAdmission;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import dev.stele.server.watch.applied.AppliedQuestion;
import dev.stele.server.watch.applied.Need;
import dev.stele.server.wire.error.RefusedException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Questions for what was applied. Methods throw {@link RefusedException}. */
public final class AppliedParser {
  private static final String EXPECTED = "expected";

  private AppliedParser() {}

  /**
   * @param selector of the watchers that count; empty: any
   */
  public record Asked(AppliedQuestion question, Optional<Selector> selector) {}

  public static Asked asked(AwaitAppliedRequest request) {
    long revision = Fields.atLeastOne(request.getRevision(), "revision");
    Optional<Selector> selector =
        request.hasSelector()
            ? Optional.of(WatchParser.selector(request.getSelector(), "selector"))
            : Optional.empty();
    SortedSet<String> expected = expected(request);
    Need need =
        switch (request.getNeedCase()) {
          case COUNT -> count(request.getCount(), expected.size());
          case PERCENT -> percent(request.getPercent());
          case NEED_NOT_SET -> new Need.All();
        };
    return new Asked(new AppliedQuestion(revision, expected, need), selector);
  }

  /** Refuses kinds of the selector that {@code view} does not know. */
  public static void requireKnownKinds(AwaitAppliedRequest request, View view) {
    List<String> kinds = request.getSelector().getKindsList();
    for (int i = 0; i < kinds.size(); i++) {
      String kind = kinds.get(i);
      if (!kind.equals(KindNames.LEASE) && Kinds.policy(view, kind).isEmpty()) {
        String field = "selector.kinds[" + i + "]";
        throw new RefusedException(
            Reason.UNKNOWN_KIND, field, WriteAdmission.unknownKind(kind, field));
      }
    }
  }

  private static SortedSet<String> expected(AwaitAppliedRequest request) {
    int count = request.getExpectedCount();
    if (count > AppliedQuestion.EXPECTED_MAX) {
      throw invalid(
          EXPECTED,
          "holds %d names, at most %d are allowed".formatted(count, AppliedQuestion.EXPECTED_MAX));
    }
    SortedSet<String> expected = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      String field = EXPECTED + "[" + i + "]";
      WatcherName.violation(request.getExpected(i))
          .ifPresent(
              violation -> {
                throw invalid(field, violation);
              });
      if (!expected.add(request.getExpected(i))) {
        throw invalid(field, "is named twice");
      }
    }
    return expected;
  }

  private static Need count(int count, int expected) {
    int most = expected == 0 ? AppliedQuestion.EXPECTED_MAX : expected;
    if (count < 1 || count > most) {
      throw invalid(
          "count", "is %s, 1 to %d are allowed".formatted(Integer.toUnsignedString(count), most));
    }
    return new Need.Count(count);
  }

  private static Need percent(int percent) {
    if (percent < 1 || percent > 100) {
      throw invalid(
          "percent", "is %s, 1 to 100 are allowed".formatted(Integer.toUnsignedString(percent)));
    }
    return new Need.Percent(percent);
  }
}
