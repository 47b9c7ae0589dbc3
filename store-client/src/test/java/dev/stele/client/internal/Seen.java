// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.WatchBatch;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchProgress;
import dev.stele.client.WatchState;
import dev.stele.client.WatchStatus;
import dev.stele.client.error.SteleException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that remembers, in words and in full. */
class Seen implements WatchListener {
  /** What came, in order: for instance {@code 7 a b}, {@code mark 9}, {@code LIVE}. */
  final List<String> words = new CopyOnWriteArrayList<>();

  final List<WatchBatch> batches = new CopyOnWriteArrayList<>();
  final List<WatchInitial> pages = new CopyOnWriteArrayList<>();
  final List<WatchStatus> statuses = new CopyOnWriteArrayList<>();
  final List<SteleException> refusedReports = new CopyOnWriteArrayList<>();

  @Override
  public void onBatch(WatchBatch batch) {
    batches.add(batch);
    StringBuilder text = new StringBuilder().append(batch.revision());
    batch.events().forEach(event -> text.append(' ').append(event.key().name()));
    words.add(text + (batch.partial() ? " …" : ""));
  }

  @Override
  public void onInitial(WatchInitial page) {
    pages.add(page);
    StringBuilder text = new StringBuilder(page.first() ? "first " : "page ");
    text.append(page.revision());
    page.facts().forEach(fact -> text.append(' ').append(fact.key().name()));
    words.add(text + (page.last() ? " last" : ""));
  }

  @Override
  public void onProgress(WatchProgress mark) {
    words.add("mark " + mark.revision());
  }

  @Override
  public void onStatus(WatchStatus status) {
    statuses.add(status);
    words.add(status.state().name());
  }

  @Override
  public void onReportRefused(SteleException reason) {
    refusedReports.add(reason);
  }

  List<WatchState> states() {
    return statuses.stream().map(WatchStatus::state).toList();
  }

  WatchStatus lastStatus() {
    return statuses.get(statuses.size() - 1);
  }
}
