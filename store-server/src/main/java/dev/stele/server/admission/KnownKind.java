// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.WriteBudget;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.port.Ticker;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A kind as its policy has it, with what the node keeps for it: the schema, the budget. */
final class KnownKind {
  private final KindPolicy policy;
  private final @Nullable Bucket bucket;
  private final Object compiling = new Object();
  private volatile @Nullable BodySchema schema;

  private KnownKind(KindPolicy policy, @Nullable Bucket bucket) {
    this.policy = policy;
    this.bucket = bucket;
  }

  static KnownKind of(KindPolicy policy, Ticker ticker) {
    return new KnownKind(
        policy, policy.budget().map(budget -> bucket(budget, ticker)).orElse(null));
  }

  /** The same kind under {@code next}: what was spent of an equal budget stays spent. */
  KnownKind under(KindPolicy next, Ticker ticker) {
    if (next.equals(policy)) {
      return this;
    }
    return next.budget().equals(policy.budget())
        ? new KnownKind(next, bucket)
        : KnownKind.of(next, ticker);
  }

  private static Bucket bucket(WriteBudget budget, Ticker ticker) {
    return Bucket.builder()
        .withCustomTimePrecision(new TickerMeter(ticker))
        .addLimit(
            limit ->
                limit
                    .capacity(budget.burst())
                    .refillGreedy(budget.perSecond(), Duration.ofSeconds(1)))
        .build();
  }

  KindPolicy policy() {
    return policy;
  }

  /** What keeps the budget; empty when the kind has none. */
  Optional<Bucket> bucket() {
    return Optional.ofNullable(bucket);
  }

  /** What is wrong with {@code body} as a JSON text of this kind, behind its field's name. */
  Optional<String> jsonViolation(Bytes body) {
    try {
      if (policy.jsonSchema().isEmpty()) {
        JsonText.check(body);
        return Optional.empty();
      }
      return schema()
          .violation(JsonText.read(body), body.length())
          .map(wrong -> "breaks the kind's schema: " + wrong);
    } catch (BadJsonException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Compiled when the first body comes: most nodes never need most of them. */
  private BodySchema schema() throws BadJsonException {
    BodySchema known = schema;
    if (known == null) {
      synchronized (compiling) {
        known = schema;
        if (known == null) {
          known = compiled();
          schema = known;
        }
      }
    }
    return known;
  }

  private BodySchema compiled() throws BadJsonException {
    try {
      return BodySchema.compile(policy.jsonSchema());
    } catch (BadJsonException e) {
      throw new BadJsonException("can't be checked: the kind's schema " + e.getMessage());
    }
  }
}
