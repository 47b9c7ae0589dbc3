// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.WatchSelector;
import dev.stele.server.admission.WriteAdmission;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import dev.stele.server.watch.Selector;
import dev.stele.server.wire.error.RefusedException;

/** Which keys are watched. Methods throw {@link RefusedException}. */
public final class SelectorParser {
  /** Kinds of one selector. */
  public static final int KINDS_MAX = 32;

  private SelectorParser() {}

  /** The selector; its kinds may be unknown. */
  public static Selector selector(WatchSelector selector, String field) {
    if (selector.getKindsCount() > KINDS_MAX) {
      throw invalid(
          field + ".kinds",
          "holds " + selector.getKindsCount() + " kinds, at most " + KINDS_MAX + " are allowed");
    }
    if (selector.getKindsCount() == 0) {
      return Selector.range(range(selector, field));
    }
    if (selector.getTargetCase() != WatchSelector.TargetCase.TARGET_NOT_SET) {
      throw invalid(field + ".kinds", "goes without a prefix or a range");
    }
    return Selector.kinds(selector.getKindsList());
  }

  private static KeyRange range(WatchSelector selector, String field) {
    return switch (selector.getTargetCase()) {
      case PREFIX -> Targets.prefixToRead(selector.getPrefix(), field + ".prefix");
      case RANGE -> Targets.rangeToRead(selector.getRange(), field + ".range");
      case TARGET_NOT_SET -> KeyRange.ALL;
    };
  }

  /** Refuses kinds that {@code view} does not know. */
  public static void requireKnown(WatchSelector selector, View view, String field) {
    for (int i = 0; i < selector.getKindsCount(); i++) {
      String kind = selector.getKinds(i);
      if (!kind.equals(KindNames.LEASE) && Kinds.policy(view, kind).isEmpty()) {
        String name = field + ".kinds[" + i + "]";
        throw new RefusedException(
            Reason.UNKNOWN_KIND, name, WriteAdmission.unknownKind(kind, name));
      }
    }
  }
}
