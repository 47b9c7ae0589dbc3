// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.mirror;

import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Selector;
import dev.stele.client.Watch;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchEvent;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchStatus;
import dev.stele.client.internal.watch.Watches;
import dev.stele.client.kind.FactKind;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The facts of one kind whose names begin so, as they stand. It begins with all of them, survives
 * that what it missed is compacted, and tells whole states only: never half of a revision, nor half
 * of the pages.
 *
 * @param <T> the type of the facts' bodies
 */
public final class Mirror<T> implements WatchListener {
  private final FactKind<T> kind;
  private final Viewer<T> viewer;
  private SortedMap<FactKey<T>, Fact<T>> facts = empty();
  private SortedMap<FactKey<T>, Fact<T>> pages = empty();

  private Mirror(FactKind<T> kind, Viewer<T> viewer) {
    this.kind = kind;
    this.viewer = viewer;
  }

  /** Follows the facts of {@code kind} whose names begin with {@code namePrefix}. */
  public static <T> Watch follow(
      Watches watches, FactKind<T> kind, String namePrefix, Viewer<T> viewer) {
    return watches
        .draft(Selector.prefix(kind.name() + "/" + namePrefix))
        .fromInitialState()
        .restartWhenCompacted()
        .start(new Mirror<>(kind, viewer));
  }

  private static <T> SortedMap<FactKey<T>, Fact<T>> empty() {
    return new TreeMap<>(Comparator.comparing(FactKey::utf8, Arrays::compareUnsigned));
  }

  @Override
  public void onInitial(WatchInitial page) {
    if (page.first()) {
      pages = empty();
    }
    for (Fact<byte[]> raw : page.facts()) {
      Fact<T> fact = Fact.decode(raw, kind);
      pages.put(fact.key(), fact);
    }
    if (page.last()) {
      facts = pages;
      pages = empty();
      tell(page.revision());
    }
  }

  @Override
  public void onBatch(WatchBatch batch) {
    for (WatchEvent event : batch.events()) {
      event
          .fact(kind)
          .ifPresentOrElse(
              fact -> facts.put(fact.key(), fact),
              () -> facts.remove(FactKey.parse(kind, event.key().text())));
    }
    if (!batch.partial()) {
      tell(batch.revision());
    }
  }

  private void tell(long revision) {
    viewer.onFacts(Collections.unmodifiableSortedMap(facts), revision);
  }

  @Override
  public void onStatus(WatchStatus status) {
    switch (status.state()) {
      case RECONNECTING -> status.cause().ifPresent(viewer::onTrouble);
      case CLOSED, FAILED -> viewer.onEnd(status.cause());
      case CONNECTING, CATCHING_UP, LIVE, COMPACTED -> {
        // What it is told next says it.
      }
    }
  }
}
