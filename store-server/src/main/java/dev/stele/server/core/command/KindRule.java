// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * When the policy of a kind may be put or deleted: it must be good by itself, and leave no fact
 * that stands without a kind, of another body type than its kind's, or beyond its kind's count.
 */
final class KindRule {
  private KindRule() {}

  static Optional<Refusal> putRefusal(View view, Usage usage, Key key, Bytes body, String field) {
    String kind = key.name();
    Optional<Refusal> misnamed = nameRefusal(kind, field + "key");
    if (misnamed.isPresent()) {
      return misnamed;
    }
    KindPolicy policy;
    try {
      policy = KindPolicyCodec.decode(body);
    } catch (MalformedException e) {
      return invalid(field + "body", "is no policy: " + e.getMessage());
    }
    return policy
        .violation(kind)
        .map(wrong -> refusal(field + "body." + wrong.field(), wrong.message()))
        .or(() -> typeRefusal(view, usage, kind, policy, field + "body.body_type"))
        .or(() -> countRefusal(usage, kind, policy, field + "body.max_facts"));
  }

  /** Why the policy at {@code key} may not go. */
  static Optional<Refusal> deleteRefusal(Usage usage, Key key, String field) {
    String kind = key.name();
    Optional<KindPolicy> left = Kinds.standard(kind);
    if (left.isPresent()) {
      return countRefusal(usage, kind, left.get(), field);
    }
    long facts = usage.facts(kind);
    return facts == 0
        ? Optional.empty()
        : invalid(field, "would leave %d facts without their kind %s".formatted(facts, kind));
  }

  private static Optional<Refusal> nameRefusal(String kind, String field) {
    if (kind.equals(KindNames.KIND) || kind.equals(KindNames.LEASE)) {
      return invalid(field, "names the kind " + kind + ", whose policy is fixed");
    }
    return KindNames.violation(kind).map(wrong -> refusal(field, wrong));
  }

  private static Optional<Refusal> typeRefusal(
      View view, Usage usage, String kind, KindPolicy policy, String field) {
    boolean builtIn = KindNames.BUILT_IN.contains(kind);
    if (builtIn != (policy.bodyType() == BodyType.BUILT_IN)) {
      return invalid(
          field,
          "is %s, and %s is %s built-in kind"
              .formatted(policy.bodyType(), kind, builtIn ? "a" : "no"));
    }
    Optional<KindPolicy> before = Kinds.policy(view, kind);
    boolean changes = before.isPresent() && before.get().bodyType() != policy.bodyType();
    if (changes && usage.facts(kind) > 0) {
      return invalid(
          field,
          "is %s, and the kind's %d facts are %s"
              .formatted(policy.bodyType(), usage.facts(kind), before.get().bodyType()));
    }
    return Optional.empty();
  }

  private static Optional<Refusal> countRefusal(
      Usage usage, String kind, KindPolicy policy, String field) {
    long facts = usage.facts(kind);
    return facts <= policy.maxFacts()
        ? Optional.empty()
        : invalid(
            field,
            "would allow %d facts, and kind %s has %d".formatted(policy.maxFacts(), kind, facts));
  }

  private static Optional<Refusal> invalid(String field, String message) {
    return Optional.of(refusal(field, message));
  }

  private static Refusal refusal(String field, String message) {
    return Refusal.of(Reason.INVALID_FIELD, field, field + " " + message);
  }
}
