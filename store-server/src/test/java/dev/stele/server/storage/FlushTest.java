// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static dev.stele.server.storage.Writer.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StoreFault;
import dev.stele.server.port.Ticker;
import dev.stele.server.storage.Backlog.Due;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a flush begins, and who hears of it. */
final class FlushTest {
  private static final long MIB = 1 << 20;
  private static final int COMMANDS = 1_000;
  private static final long BYTES = MIB;
  private static final long GENERATION_BYTES = BYTES / 4;
  private static final long MILLIS = 10_000;

  @TempDir private Path directory;
  private final AtomicLong nanos = new AtomicLong();
  private final Backlog backlog =
      new Backlog(settings(COMMANDS, MILLIS), GENERATION_BYTES, nanos::get);
  private final List<LogPosition> published = new CopyOnWriteArrayList<>();
  private final AtomicReference<Throwable> fault = new AtomicReference<>();

  @Test
  void aFlushIsDueAfterSoManyChanges() {
    backlog.committed(COMMANDS - 1, 10);
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
    backlog.committed(1, 10);
    assertThat(backlog.due()).isEqualTo(Due.FLUSH);
    backlog.flushing();
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
  }

  @Test
  void anEntryWithoutChangesCountsAsOne() {
    for (int i = 0; i < COMMANDS - 1; i++) {
      backlog.committed(0, 10);
    }
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
    backlog.committed(0, 10);
    assertThat(backlog.due()).isEqualTo(Due.FLUSH);
  }

  @Test
  void aFlushIsDueAfterSoManyBytes() {
    backlog.committed(1, BYTES - 1);
    assertThat(backlog.due()).isNotEqualTo(Due.FLUSH);
    backlog.committed(1, 1);
    assertThat(backlog.due()).isEqualTo(Due.FLUSH);
    backlog.flushing();
    backlog.committed(1, 1);
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
  }

  @Test
  void aGenerationIsSettledBetweenFlushes() {
    backlog.committed(1, GENERATION_BYTES - 1);
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
    backlog.committed(1, 1);
    assertThat(backlog.due()).isEqualTo(Due.SETTLING);
    backlog.settling();
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
    backlog.committed(1, 2 * GENERATION_BYTES);
    assertThat(backlog.due()).isEqualTo(Due.SETTLING);
    backlog.settling();
    backlog.committed(1, GENERATION_BYTES);
    assertThat(backlog.due()).isEqualTo(Due.FLUSH);
    backlog.flushing();
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
  }

  @Test
  void aFlushIsDueOnceTheOldestChangeIsSoOld() {
    nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
    backlog.committed(1, 10);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(MILLIS) - 1);
    backlog.committed(1, 10);
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
    nanos.incrementAndGet();
    assertThat(backlog.due()).isEqualTo(Due.FLUSH);
    backlog.flushing();
    assertThat(backlog.due()).isEqualTo(Due.NOTHING_YET);
  }

  @Test
  void whatStopsWaitsForNoFlush() throws InterruptedException {
    backlog.committed(COMMANDS, 10);
    assertThat(backlog.awaitDue()).isEqualTo(Due.FLUSH);
    backlog.stop();
    assertThat(backlog.awaitDue()).isEqualTo(Due.NOTHING_MORE);
  }

  @Test
  void eachFlushIsPublishedInOrder() {
    StorageSettings settings = settings(2, 3_600_000);
    try (RocksStateStore store = RocksStateStore.open(directory.resolve("state"), settings);
        FlushScheduler scheduler = start(store, settings)) {
      Writer writer = new Writer(store);
      writer.apply(put("desired/a", "1"));
      LogPosition second = writer.apply(put("desired/a", "2"));
      await().until(() -> published.equals(List.of(second)));
      assertThat(store.durable()).isEqualTo(second);
      writer.apply(put("desired/a", "3"));
      LogPosition fourth = writer.apply(put("desired/a", "4"));
      await().until(() -> published.equals(List.of(second, fourth)));

      scheduler.close();
      writer.apply(put("desired/a", "5"), put("desired/a", "6"));
      assertThat(store.durable()).isEqualTo(fourth);
    }
    assertThat(fault).hasNullValue();
  }

  @Test
  void timeAloneBringsAChangeToTheDisk() {
    StorageSettings settings = settings(1_000_000, 20);
    try (RocksStateStore store = RocksStateStore.open(directory.resolve("state"), settings);
        FlushScheduler scheduler = start(store, settings)) {
      assertThat(scheduler).isNotNull();
      for (int i = 0; i < 3; i++) {
        LogPosition entry = new Writer(store).apply(put("desired/a", "x"));
        await().until(() -> store.durable().equals(entry) && published.contains(entry));
      }
    }
    assertThat(fault).hasNullValue();
  }

  @Test
  void aFlushThatFailsIsFatalAndTheLast() throws IOException {
    StorageSettings settings = settings(1, 3_600_000);
    try (RocksStateStore store = RocksStateStore.open(directory.resolve("state"), settings);
        FlushScheduler scheduler = start(store, settings)) {
      assertThat(scheduler).isNotNull();
      Files.move(directory.resolve("state"), directory.resolve("elsewhere"));
      new Writer(store).apply(put("desired/a", "1"));
      await().until(() -> fault.get() != null);
      assertThat(fault.get()).isInstanceOf(StoreFault.class);
      assertThat(published).isEmpty();
      assertThat(store.durable()).isEqualTo(LogPosition.NONE);
    }
  }

  @Test
  void aListenerThatFailsIsFatal() {
    StorageSettings settings = settings(1, 3_600_000);
    IllegalStateException broken = new IllegalStateException("broken listener");
    try (RocksStateStore store = RocksStateStore.open(directory.resolve("state"), settings);
        FlushScheduler scheduler =
            FlushScheduler.start(
                store,
                settings,
                Ticker.SYSTEM,
                (what, cause) -> fault.set(cause),
                durable -> {
                  throw broken;
                })) {
      assertThat(scheduler).isNotNull();
      new Writer(store).apply(put("desired/a", "1"));
      await().until(() -> fault.get() == broken);
    }
  }

  private FlushScheduler start(RocksStateStore store, StorageSettings settings) {
    return FlushScheduler.start(
        store, settings, Ticker.SYSTEM, (what, cause) -> fault.set(cause), published::add);
  }

  private static StorageSettings settings(int commands, long millis) {
    return new StorageSettings(
        6 * MIB, MIB, 0, StorageSettings.Compression.NONE, 2, commands, BYTES, millis);
  }
}
