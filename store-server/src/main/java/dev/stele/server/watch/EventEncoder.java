// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import java.util.Optional;

/** Makes of a change what goes out, once for all who watch it. Any thread. */
public interface EventEncoder {
  /** The event of {@code change} by itself. */
  Bytes event(Change change);

  /** The same with the fact as it stood before; {@code previous} is empty when there was none. */
  Bytes event(Change change, Optional<Fact> previous);
}
