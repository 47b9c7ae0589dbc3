// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.read.FactPage;
import java.util.Optional;

/** One step of a transaction's branch. */
public sealed interface Operation {
  /** Bytes of keys and bodies that it carries. */
  long sizeBytes();

  record PutFact(Key key, Bytes body, Optional<LeaseRef> lease) implements Operation {
    @Override
    public long sizeBytes() {
      return (long) key.bytes().length() + body.length();
    }
  }

  record DeleteFacts(KeyRange range) implements Operation {
    @Override
    public long sizeBytes() {
      return range.from().length();
    }
  }

  record GetFact(Key key) implements Operation {
    @Override
    public long sizeBytes() {
      return key.bytes().length();
    }
  }

  /**
   * @param limit 1 to {@link dev.stele.server.core.model.Limits#PAGE_MAX_FACTS}
   */
  record ListFacts(KeyRange range, int limit, boolean keysOnly) implements Operation {
    @Override
    public long sizeBytes() {
      return range.from().length();
    }
  }

  /** What a step came to. */
  sealed interface Answer {}

  record PutDone() implements Answer {}

  record DeleteDone(long count) implements Answer {}

  record Got(Optional<Fact> fact) implements Answer {}

  record Listed(FactPage page) implements Answer {}
}
