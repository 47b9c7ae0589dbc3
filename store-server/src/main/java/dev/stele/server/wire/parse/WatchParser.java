// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.ReportApplied;
import dev.stele.proto.v1.WatchSelector;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatchSpec;
import dev.stele.server.watch.WatcherName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is asked of watches. Methods throw {@link dev.stele.server.wire.error.RefusedException}. */
public final class WatchParser {
  /** Characters of the reason for which a revision was refused. */
  public static final int REFUSAL_MAX_CHARS = 1_024;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]+");

  private WatchParser() {}

  /** A new watch. */
  public static WatchSpec create(CreateWatch request) {
    String field = "create.";
    long id = Fields.atLeastOne(request.getWatchId(), field + "watch_id");
    if (request.getWithoutPuts() && request.getWithoutDeletes()) {
      throw invalid(field + "without_deletes", "leaves nothing, together with without_puts");
    }
    return new WatchSpec(
        id,
        selector(request.getSelector(), field + "selector"),
        request.getSelector().getKindsList(),
        start(request),
        !request.getWithoutPuts(),
        !request.getWithoutDeletes(),
        request.getPrevious(),
        request.getLatestOnly(),
        progressMillis(request.getProgressIntervalMillis(), field + "progress_interval_millis"),
        request.getStayWithoutLeader(),
        request.hasWatcher() ? Optional.of(name(request, field + "watcher")) : Optional.empty());
  }

  /**
   * Which keys.
   *
   * @param field that holds it
   */
  public static Selector selector(WatchSelector selector, String field) {
    KeyRange range =
        switch (selector.getTargetCase()) {
          case PREFIX -> Targets.prefixToRead(selector.getPrefix(), field + ".prefix");
          case RANGE -> Targets.rangeToRead(selector.getRange(), field + ".range");
          case TARGET_NOT_SET -> KeyRange.ALL;
        };
    List<String> kinds = selector.getKindsList();
    if (kinds.isEmpty()) {
      return Selector.range(range);
    }
    if (selector.getTargetCase() != WatchSelector.TargetCase.TARGET_NOT_SET) {
      throw invalid(field + ".kinds", "go without a prefix and without a range");
    }
    if (kinds.size() > WatchSpec.KINDS_MAX) {
      throw invalid(
          field + ".kinds",
          "holds " + kinds.size() + " kinds, at most " + WatchSpec.KINDS_MAX + " are allowed");
    }
    for (int i = 0; i < kinds.size(); i++) {
      String place = field + ".kinds[" + i + "]";
      KindNames.violation(kinds.get(i))
          .ifPresent(
              violation -> {
                throw invalid(place, violation);
              });
    }
    return Selector.kinds(kinds);
  }

  private static WatchSpec.Start start(CreateWatch request) {
    return switch (request.getStartCase()) {
      case FROM_REVISION ->
          new WatchSpec.From(Fields.atLeastOne(request.getFromRevision(), "create.from_revision"));
      case INITIAL_STATE -> {
        requireTrue(request.getInitialState(), "create.initial_state");
        yield new WatchSpec.InitialState();
      }
      case NOW -> {
        requireTrue(request.getNow(), "create.now");
        yield new WatchSpec.Now();
      }
      case START_NOT_SET -> new WatchSpec.Now();
    };
  }

  private static void requireTrue(boolean value, String field) {
    if (!value) {
      throw invalid(field, "is false, which says nothing; leave it out");
    }
  }

  private static long progressMillis(long value, String field) {
    if (value == 0) {
      return WatchSpec.PROGRESS_DEFAULT_MILLIS;
    }
    if (value < WatchSpec.PROGRESS_MIN_MILLIS || value > WatchSpec.PROGRESS_MAX_MILLIS) {
      throw invalid(
          field,
          "is %s, %d to %d are allowed"
              .formatted(
                  Long.toUnsignedString(value),
                  WatchSpec.PROGRESS_MIN_MILLIS,
                  WatchSpec.PROGRESS_MAX_MILLIS));
    }
    return value;
  }

  private static WatcherName name(CreateWatch request, String field) {
    String name = request.getWatcher().getName();
    if (name.isEmpty() || name.length() > WatcherName.MAX_CHARS) {
      throw invalid(
          field + ".name",
          "has " + name.length() + " characters, 1 to " + WatcherName.MAX_CHARS + " are allowed");
    }
    if (!NAME.matcher(name).matches()) {
      throw invalid(field + ".name", "holds other characters than letters, digits, - _ . and /");
    }
    return new WatcherName(
        name, Fields.atLeastOne(request.getWatcher().getIncarnation(), field + ".incarnation"));
  }

  /** The revision that {@code report} is about; its other fields are checked too. */
  public static long reported(ReportApplied report) {
    if (report.getRefusal().length() > REFUSAL_MAX_CHARS) {
      throw invalid(
          "report.refusal",
          "has %d characters, at most %d are allowed"
              .formatted(report.getRefusal().length(), REFUSAL_MAX_CHARS));
    }
    return Fields.atLeastOne(report.getRevision(), "report.revision");
  }
}
