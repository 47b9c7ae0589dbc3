// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import dev.stele.server.core.model.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a kind allows.
 *
 * @param maxBodyBytes greatest body, 0 to {@link Limits#BODY_MAX_BYTES}
 * @param maxFacts greatest count, at least 1
 * @param budget how often it may be written; empty: as often as it can be
 * @param jsonSchema that bodies must fulfil, checked before consensus; empty: none
 * @param onLeaseLoss what becomes of a fact that is bound to a lease when that ends; empty: {@link
 *     LeaseLoss#standard}
 */
public record KindPolicy(
    BodyType bodyType,
    int maxBodyBytes,
    long maxFacts,
    Optional<WriteBudget> budget,
    String jsonSchema,
    Optional<LeaseLoss> onLeaseLoss) {
  /** The policy of a built-in kind where no fact says otherwise. */
  public static final KindPolicy STANDARD =
      new KindPolicy(
          BodyType.BUILT_IN,
          Limits.BODY_DEFAULT_MAX_BYTES,
          Limits.KIND_DEFAULT_MAX_FACTS,
          Optional.empty(),
          "",
          Optional.empty());

  /** The policy of the kind of policies, which nobody changes. */
  static final KindPolicy OF_KINDS =
      new KindPolicy(
          BodyType.BUILT_IN,
          Limits.JSON_SCHEMA_MAX_BYTES + 64,
          Limits.KINDS_MAX,
          Optional.empty(),
          "",
          Optional.empty());

  /** What becomes of a fact of {@code kind}, whose policy this is, when its lease ends. */
  public LeaseLoss onLeaseLoss(String kind) {
    return onLeaseLoss.orElseGet(() -> LeaseLoss.standard(kind));
  }

  /** What is wrong with it for {@code kind}, whatever the store holds; empty when nothing is. */
  public Optional<Violation> violation(String kind) {
    if (!onLeaseLoss(kind).goesWith(kind)) {
      return violation(
          "on_lease_loss",
          "is %s, which does not go with kind %s".formatted(onLeaseLoss(kind), kind));
    }
    if (maxBodyBytes < 0 || maxBodyBytes > Limits.BODY_MAX_BYTES) {
      return violation(
          "max_body_bytes",
          "is " + maxBodyBytes + ", 0 to " + Limits.BODY_MAX_BYTES + " are allowed");
    }
    if (maxFacts < 1) {
      return violation("max_facts", "is " + maxFacts + ", at least 1 is needed");
    }
    if (budget.isPresent() && outside(budget.get().perSecond())) {
      return violation(
          "writes_per_second",
          "is %d, 1 to %d are allowed; leave it out for no budget"
              .formatted(budget.get().perSecond(), Limits.BUDGET_MAX_WRITES));
    }
    if (budget.isPresent() && outside(budget.get().burst())) {
      return violation(
          "write_burst",
          "is %d, 1 to %d are allowed".formatted(budget.get().burst(), Limits.BUDGET_MAX_WRITES));
    }
    if (!jsonSchema.isEmpty() && bodyType != BodyType.JSON) {
      return violation("json_schema", "goes with bodies of type JSON only");
    }
    int schemaBytes = jsonSchema.getBytes(StandardCharsets.UTF_8).length;
    if (schemaBytes > Limits.JSON_SCHEMA_MAX_BYTES) {
      return violation(
          "json_schema",
          "has "
              + schemaBytes
              + " bytes, at most "
              + Limits.JSON_SCHEMA_MAX_BYTES
              + " are allowed");
    }
    return Optional.empty();
  }

  private static boolean outside(int writes) {
    return writes < 1 || writes > Limits.BUDGET_MAX_WRITES;
  }

  private static Optional<Violation> violation(String field, String message) {
    return Optional.of(new Violation(field, message));
  }

  /**
   * @param field of the policy's message
   * @param message to be read behind the field's name
   */
  public record Violation(String field, String message) {}
}
