// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import dev.stele.bench.watch.WatchReport.Past;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One watch that begins in the past, and how fast it comes to the present. */
final class PastWatch implements EventFeed.Sink, AutoCloseable {
  private final LongSupplier nanoTime;
  private final ConcurrentLinkedQueue<String> endings = new ConcurrentLinkedQueue<>();
  private EventFeed.@Nullable Stream stream;
  private long beganNanos;
  private long present;
  private long events;
  private volatile @Nullable Past seen;

  PastWatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Begins it.
   *
   * @param presentRevision where the present is
   */
  void begin(EventFeed feed, WatchOptions options, long presentRevision) {
    present = presentRevision;
    beganNanos = nanoTime.getAsLong();
    stream = feed.open(this);
    stream.watch(0, Selection.prefix(options.prefix()), options.fromRevision());
  }

  @Override
  public void created(int id) {}

  @Override
  public void written(int id, long revision, ByteBuffer value) {
    events++;
    if (revision >= present && seen == null) {
      seen = new Past(events, (nanoTime.getAsLong() - beganNanos) / 1e9);
    }
  }

  @Override
  public void ended(int id, String why) {
    endings.add(why);
  }

  List<String> endings() {
    return List.copyOf(endings);
  }

  /** Empty when it has not come to the present. */
  Optional<Past> seen() {
    return Optional.ofNullable(seen);
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
  }
}
