// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Objects;
import java.util.Optional;

/**
 * What a kind allows: the body of {@code kind/<name>}. A kind of your own exists by such a fact; a
 * built-in one has {@link #builtIn()} until there is one. The server refuses a policy that
 * contradicts itself, or that the facts of the kind don't fit.
 *
 * @param bodyType what the bodies are; fixed while the kind has facts
 * @param maxBodyBytes greatest body, 0 to 262,144
 * @param maxFacts greatest count, at least 1
 * @param budget how often it may be written; empty: as often as it can be
 * @param jsonSchema that bodies must fulfil when they are written; goes with {@link BodyType#JSON};
 *     empty: none
 * @param onLeaseLoss what becomes of a fact when the lease that it is bound to ends; empty: {@link
 *     LeaseLoss#standard}
 */
public record KindPolicy(
    BodyType bodyType,
    int maxBodyBytes,
    long maxFacts,
    Optional<WriteBudget> budget,
    String jsonSchema,
    Optional<LeaseLoss> onLeaseLoss) {
  /** {@link #maxBodyBytes} where nothing else is said: 16 KiB. */
  public static final int DEFAULT_MAX_BODY_BYTES = 16 * 1024;

  /** {@link #maxFacts} where nothing else is said. */
  public static final long DEFAULT_MAX_FACTS = 100_000;

  public KindPolicy {
    Objects.requireNonNull(bodyType, "bodyType");
    Objects.requireNonNull(budget, "budget");
    Objects.requireNonNull(jsonSchema, "jsonSchema");
    Objects.requireNonNull(onLeaseLoss, "onLeaseLoss");
  }

  /** Bodies are JSON texts, within the default limits. */
  public static KindPolicy json() {
    return standard(BodyType.JSON);
  }

  /** Bodies are anything, within the default limits. */
  public static KindPolicy bytes() {
    return standard(BodyType.BYTES);
  }

  /** What a built-in kind has where nobody said otherwise. */
  public static KindPolicy builtIn() {
    return standard(BodyType.BUILT_IN);
  }

  private static KindPolicy standard(BodyType type) {
    return new KindPolicy(
        type, DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_FACTS, Optional.empty(), "", Optional.empty());
  }

  /** The same with bodies of another type. */
  public KindPolicy withBodyType(BodyType type) {
    return new KindPolicy(type, maxBodyBytes, maxFacts, budget, jsonSchema, onLeaseLoss);
  }

  /** The same with another limit of the bodies' size. */
  public KindPolicy withMaxBodyBytes(int bytes) {
    return new KindPolicy(bodyType, bytes, maxFacts, budget, jsonSchema, onLeaseLoss);
  }

  /** The same with another limit of their count. */
  public KindPolicy withMaxFacts(long facts) {
    return new KindPolicy(bodyType, maxBodyBytes, facts, budget, jsonSchema, onLeaseLoss);
  }

  /** The same with a write budget. */
  public KindPolicy withBudget(WriteBudget writes) {
    return new KindPolicy(
        bodyType, maxBodyBytes, maxFacts, Optional.of(writes), jsonSchema, onLeaseLoss);
  }

  /** The same without a write budget. */
  public KindPolicy withoutBudget() {
    return new KindPolicy(
        bodyType, maxBodyBytes, maxFacts, Optional.empty(), jsonSchema, onLeaseLoss);
  }

  /** The same with another schema; empty for none. */
  public KindPolicy withJsonSchema(String schema) {
    return new KindPolicy(bodyType, maxBodyBytes, maxFacts, budget, schema, onLeaseLoss);
  }

  /** The same with another word on the end of leases. */
  public KindPolicy withOnLeaseLoss(LeaseLoss loss) {
    return new KindPolicy(bodyType, maxBodyBytes, maxFacts, budget, jsonSchema, Optional.of(loss));
  }

  /** What bodies are. */
  public enum BodyType {
    /** The record of a built-in kind. */
    BUILT_IN,
    /** A JSON text, stored as it was given. */
    JSON,
    /** Anything. */
    BYTES,
    /** A newer release knows what. It cannot be written. */
    UNRECOGNIZED
  }

  /** What becomes of a fact, in the same revision, when the lease that it is bound to ends. */
  public enum LeaseLoss {
    /** It is deleted. */
    DELETE,
    /** A {@link Member}'s health becomes LOST; it is bound to no lease any more. */
    MARK_LOST,
    /**
     * A {@link Claim}'s state becomes RETIRED; it keeps its owner, for people to read, and is bound
     * to no lease any more.
     */
    RETIRE,
    /** A {@link Claim}'s state becomes IDLE, without an owner and bound to no lease any more. */
    IDLE,
    /** A newer release knows what. It cannot be written. */
    UNRECOGNIZED;

    /** What the kind of that name has where nobody said otherwise. */
    public static LeaseLoss standard(String kind) {
      return switch (kind) {
        case "member" -> MARK_LOST;
        case "claim" -> IDLE;
        default -> DELETE;
      };
    }
  }

  /**
   * How often a kind may be written. The leader keeps to it; a write beyond it fails as {@link
   * dev.stele.client.error.Reason#OVER_BUDGET}, and nothing happened.
   *
   * @param perSecond on average, 1 to 1,000,000
   * @param burst at once, 1 to 1,000,000
   */
  public record WriteBudget(int perSecond, int burst) {
    /** As many at once as in a second on average. */
    public static WriteBudget perSecond(int perSecond) {
      return new WriteBudget(perSecond, perSecond);
    }
  }
}
