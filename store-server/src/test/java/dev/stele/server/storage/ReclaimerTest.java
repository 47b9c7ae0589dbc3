// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static dev.stele.server.storage.StateStoreContract.changes;
import static dev.stele.server.storage.StateStoreContract.rows;
import static dev.stele.server.storage.Writer.delete;
import static dev.stele.server.storage.Writer.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.core.command.Compact;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.port.ReclaimHolds;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When history is reclaimed in the background, and how far. */
final class ReclaimerTest {
  private static final int REVISIONS = 6 * Reclaimer.STEP_DELETES;

  @TempDir private Path directory;
  private final AtomicReference<Throwable> fault = new AtomicReference<>();
  private final AtomicLong limit = new AtomicLong(Long.MAX_VALUE);
  private RocksStateStore store;

  @BeforeEach
  void open() {
    store = RocksStateStore.open(directory.resolve("state"), StorageSettings.defaults());
    // A put and a delete in turn.
    for (int i = 0; i < REVISIONS; i += 2) {
      new Writer(store).apply(put("desired/" + i, "x"), delete("desired/" + i));
    }
  }

  @AfterEach
  void close() {
    store.close();
    assertThat(fault).hasNullValue();
  }

  @Test
  void aFloorThatRisesIsFollowedToItsEnd() {
    try (Reclaimer reclaimer = start(limit::get)) {
      assertThat(reclaimer).isNotNull();
      compact(REVISIONS - 5);
      await().until(() -> store.reclaimed() == REVISIONS - 5);
      compact(REVISIONS);
      await().until(() -> store.reclaimed() == REVISIONS);
      try (StateStore.Snapshot snapshot = store.snapshot()) {
        assertThat(changes(snapshot)).isEmpty();
        assertThat(rows(snapshot, KeyRange.ALL)).isEmpty();
      }
    }
  }

  @Test
  void aStartGoesOnWhereTheLastOneStopped() {
    compact(REVISIONS);
    boolean more = store.reclaim(REVISIONS, 10);
    store.flush();
    store.close();
    store = RocksStateStore.open(directory.resolve("state"), StorageSettings.defaults());
    assertThat(more).isTrue();
    assertThat(store.reclaimed()).isEqualTo(20);
    try (Reclaimer reclaimer = start(limit::get)) {
      assertThat(reclaimer).isNotNull();
      await().until(() -> store.reclaimed() == REVISIONS);
    }
  }

  @Test
  void whoeverHoldsItBackIsWaitedForAndNoLonger() {
    limit.set(100);
    try (Reclaimer reclaimer = start(limit::get)) {
      assertThat(reclaimer).isNotNull();
      compact(REVISIONS);
      await().until(() -> store.reclaimed() == 100);
      limit.set(400);
      await().until(() -> store.reclaimed() == 400);
      limit.set(Long.MAX_VALUE);
      await().until(() -> store.reclaimed() == REVISIONS);
    }
  }

  @Test
  void closingEndsItBetweenTwoSteps() throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(2);
    CountDownLatch closing = new CountDownLatch(1);
    compact(REVISIONS);
    Reclaimer reclaimer =
        start(
            () -> {
              reached.countDown();
              if (reached.getCount() == 0) {
                awaitQuietly(closing);
              }
              return Long.MAX_VALUE;
            });
    reached.await();
    Thread closer = new Thread(reclaimer::close);
    closer.start();
    await().until(() -> closer.getState() == Thread.State.WAITING);
    closing.countDown();
    closer.join();
    assertThat(store.reclaimed()).isEqualTo(4L * Reclaimer.STEP_DELETES);
  }

  @Test
  void aStepThatFailsIsFatalAndTheLast() {
    IllegalStateException broken = new IllegalStateException("broken hold");
    try (Reclaimer reclaimer =
        start(
            () -> {
              throw broken;
            })) {
      assertThat(reclaimer).isNotNull();
      await().until(() -> fault.get() == broken);
    }
    fault.set(null);
  }

  private Reclaimer start(ReclaimHolds holds) {
    return Reclaimer.start(store, holds, Ticker.SYSTEM, (what, cause) -> fault.set(cause));
  }

  private void compact(long revision) {
    new Writer(store).apply(new Compact(revision));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
