// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.model.Key;
import java.util.Optional;

/**
 * What the claims of one pool come to. It follows from the facts of kind {@code claim}, whose
 * bodies say it all; whoever keeps it, keeps it so that nobody has to count.
 */
public interface PoolTally {
  /** Where the pool's items come from; {@link ListedItems} when there is no such pool. */
  PoolRange range();

  /** The first idle claim behind {@code after} in {@link ItemOrder}; of all of them when empty. */
  Optional<Key> nextIdle(Optional<Key> after);

  /**
   * The first item of the range behind {@code after} that has no claim, as the claim's key; of all
   * of them when empty.
   */
  Optional<Key> nextUnlisted(Optional<Key> after);

  /** Claims, whatever their state. */
  long claims();

  /** Claims that are owned or draining. */
  long owned();

  /** Those of them that {@code owner} owns. */
  long ownedBy(String owner);
}
