// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.view.View;
import java.util.Optional;

/** One condition of a transaction on one key. */
public record Compare(Key key, Relation relation, Target target) {
  /** Whether it holds on {@code view}. */
  boolean holds(View view) {
    return target.holds(view.fact(key), relation);
  }

  /** How what stands relates to what is given. */
  public enum Relation {
    EQUAL,
    NOT_EQUAL,
    GREATER,
    LESS;

    boolean accepts(int comparison) {
      return switch (this) {
        case EQUAL -> comparison == 0;
        case NOT_EQUAL -> comparison != 0;
        case GREATER -> comparison > 0;
        case LESS -> comparison < 0;
      };
    }
  }

  /** What is compared. */
  public sealed interface Target {
    boolean holds(Optional<Fact> fact, Relation relation);
  }

  /** Whether there is a fact; goes with EQUAL and NOT_EQUAL. */
  public record Exists(boolean exists) implements Target {
    @Override
    public boolean holds(Optional<Fact> fact, Relation relation) {
      return relation.accepts(Boolean.compare(fact.isPresent(), exists));
    }
  }

  /** The revision that created the fact; 0 stands for no fact, here and in the other numbers. */
  public record CreateRevision(long revision) implements Target {
    @Override
    public boolean holds(Optional<Fact> fact, Relation relation) {
      return relation.accepts(Long.compare(fact.map(Fact::createRevision).orElse(0L), revision));
    }
  }

  public record ModRevision(long revision) implements Target {
    @Override
    public boolean holds(Optional<Fact> fact, Relation relation) {
      return relation.accepts(Long.compare(fact.map(Fact::modRevision).orElse(0L), revision));
    }
  }

  public record Version(long version) implements Target {
    @Override
    public boolean holds(Optional<Fact> fact, Relation relation) {
      return relation.accepts(Long.compare(fact.map(Fact::version).orElse(0L), version));
    }
  }

  /** Byte by byte, unsigned. No fact has no body: only NOT_EQUAL holds. */
  public record Body(Bytes body) implements Target {
    @Override
    public boolean holds(Optional<Fact> fact, Relation relation) {
      return fact.map(standing -> relation.accepts(standing.body().compareTo(body)))
          .orElse(relation == Relation.NOT_EQUAL);
    }
  }

  public record LeaseToken(long token) implements Target {
    @Override
    public boolean holds(Optional<Fact> fact, Relation relation) {
      return relation.accepts(Long.compare(fact.map(Fact::leaseToken).orElse(0L), token));
    }
  }
}
