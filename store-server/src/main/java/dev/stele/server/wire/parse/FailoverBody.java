// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.Failover;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;

/** The bodies of kind {@code failover}. */
final class FailoverBody {
  private FailoverBody() {}

  /** Refuses a decision that says not what is to go to whom; {@code field} holds it. */
  static void check(Failover decision, String field) {
    Key claim = Fields.key(decision.getClaimBytes(), field + ".claim");
    if (!claim.kind().equals(KindNames.CLAIM)) {
      throw invalid(field + ".claim", "is not the key of a claim");
    }
    if (decision.getTo().isEmpty()) {
      throw invalid(field + ".to", "is not set");
    }
  }
}
