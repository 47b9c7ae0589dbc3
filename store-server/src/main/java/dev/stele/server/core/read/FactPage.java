// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.read;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.view.History;
import dev.stele.server.core.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Facts of a range in key order: at most as many as asked for, {@link Limits#PAGE_MAX_FACTS}, and
 * as many as fit into {@link Limits#PAGE_MAX_BYTES} (but one in any case).
 *
 * @param more whether the range holds more behind the last of them
 * @param bytes of their keys and bodies
 */
public record FactPage(List<Fact> facts, boolean more, long bytes) {
  /** A page of what stands now. */
  public static FactPage read(View view, KeyRange range, int limit, boolean keysOnly) {
    return read(
        view,
        range,
        limit,
        keysOnly,
        row -> row instanceof Fact f ? Optional.of(f) : Optional.empty());
  }

  /**
   * A page of what stood at {@code revision}, which is neither compacted nor ahead of {@code view}.
   */
  public static FactPage readAt(
      View view, History history, long revision, KeyRange range, int limit, boolean keysOnly) {
    long floor = view.meta().floor();
    return read(view, range, limit, keysOnly, row -> PastFact.at(row, history, revision, floor));
  }

  private static FactPage read(
      View view, KeyRange range, int limit, boolean keysOnly, Resolve resolve) {
    Collector collector = new Collector(Math.min(limit, Limits.PAGE_MAX_FACTS), keysOnly, resolve);
    view.scan(range, collector);
    return new FactPage(List.copyOf(collector.facts), collector.more, collector.bytes);
  }

  /** The fact that a row stands for. */
  private interface Resolve {
    Optional<Fact> fact(Row row);
  }

  private static final class Collector implements View.RowVisitor {
    private final List<Fact> facts = new ArrayList<>();
    private final int limit;
    private final boolean keysOnly;
    private final Resolve resolve;
    private boolean more;
    private long bytes;

    Collector(int limit, boolean keysOnly, Resolve resolve) {
      this.limit = limit;
      this.keysOnly = keysOnly;
      this.resolve = resolve;
    }

    @Override
    public boolean visit(Row row) {
      Optional<Fact> found = resolve.fact(row);
      if (found.isEmpty()) {
        return true;
      }
      Fact fact = keysOnly ? withoutBody(found.get()) : found.get();
      boolean fits = facts.isEmpty() || bytes + fact.sizeBytes() <= Limits.PAGE_MAX_BYTES;
      if (facts.size() == limit || !fits) {
        more = true;
        return false;
      }
      facts.add(fact);
      bytes += fact.sizeBytes();
      return true;
    }

    private static Fact withoutBody(Fact fact) {
      return new Fact(
          fact.key(),
          Bytes.EMPTY,
          fact.createRevision(),
          fact.modified(),
          fact.version(),
          fact.lease());
    }
  }
}
