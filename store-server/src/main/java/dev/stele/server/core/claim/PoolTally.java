// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.model.Key;
import java.util.Comparator;
import java.util.Optional;

/**
 * What the claims of one pool come to. It follows from the facts of kind {@code claim}, whose
 * claims' bodies say it all; whoever keeps it, keeps it so that nobody has to count.
 */
public interface PoolTally {
  /** The order of the pool's items: of its range, or of keys. */
  Comparator<Key> order();

  /** The first idle claim behind {@code after} in that order; from the first one when empty. */
  Optional<Key> nextIdle(Optional<Key> after);

  /** The last claim in that order, whatever its state. */
  Optional<Key> last();

  /** Claims, whatever their state. */
  long claims();

  /** Claims that are owned or draining. */
  long owned();

  /** Those of them that {@code owner} owns. */
  long ownedBy(String owner);
}
