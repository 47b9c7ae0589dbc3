// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.view.View;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The policies that stand in a view. */
public final class Kinds {
  // Every put asks for one of these.
  private static final Optional<KindPolicy> OF_KINDS = Optional.of(KindPolicy.OF_KINDS);
  private static final Optional<KindPolicy> STANDARD = Optional.of(KindPolicy.STANDARD);

  private Kinds() {}

  /**
   * The policy of {@code kind}: what its fact says, or the standard of a built-in kind. Empty when
   * the kind is not known, or takes no puts.
   */
  public static Optional<KindPolicy> policy(View view, String kind) {
    if (kind.equals(KindNames.KIND)) {
      return OF_KINDS;
    }
    // Most stores have no such fact, and every put asks.
    if (view.meta().kindsRevision() > 0) {
      Optional<Fact> fact = view.fact(key(kind));
      if (fact.isPresent()) {
        return Optional.of(decode(fact.get()));
      }
    }
    return standard(kind);
  }

  /** The policy that {@code kind} has without a fact: only built-in ones have one. */
  public static Optional<KindPolicy> standard(String kind) {
    return KindNames.BUILT_IN.contains(kind) ? STANDARD : Optional.empty();
  }

  /** All kinds that take puts, but for that of the policies themselves. */
  public static SortedMap<String, KindPolicy> all(View view) {
    SortedMap<String, KindPolicy> all = new TreeMap<>();
    KindNames.BUILT_IN.forEach(kind -> all.put(kind, KindPolicy.STANDARD));
    view.scan(
        KeyRange.prefix(Bytes.utf8(KindNames.KIND + "/")),
        row -> {
          if (row instanceof Fact fact) {
            all.put(fact.key().name(), decode(fact));
          }
          return true;
        });
    return Collections.unmodifiableSortedMap(all);
  }

  /** The key of the policy of {@code kind}. */
  public static Key key(String kind) {
    return Key.of(KindNames.KIND + "/" + kind);
  }

  private static KindPolicy decode(Fact fact) {
    try {
      return KindPolicyCodec.decode(fact.body());
    } catch (MalformedException e) {
      throw new IllegalStateException("the policy " + fact.key() + " can't be read", e);
    }
  }
}
