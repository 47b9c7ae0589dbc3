// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.client.WatchBatch;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchProgress;

/** What the listener is to be handed. */
sealed interface Delivery {
  /** Hands it over. */
  void to(WatchListener listener);

  /** Everything through this revision has been handed over with it; 0 when that is not so yet. */
  long through();

  /** A page. */
  record Page(WatchInitial page) implements Delivery {
    @Override
    public void to(WatchListener listener) {
      listener.onInitial(page);
    }

    @Override
    public long through() {
      return page.last() ? page.revision() : 0;
    }
  }

  /** A revision, or a part of one. */
  record Batch(WatchBatch batch) implements Delivery {
    @Override
    public void to(WatchListener listener) {
      listener.onBatch(batch);
    }

    @Override
    public long through() {
      return batch.partial() ? batch.revision() - 1 : batch.revision();
    }
  }

  /** A mark. */
  record Mark(WatchProgress mark) implements Delivery {
    @Override
    public void to(WatchListener listener) {
      listener.onProgress(mark);
    }

    @Override
    public long through() {
      return mark.revision();
    }
  }
}
