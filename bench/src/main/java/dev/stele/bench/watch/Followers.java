// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Watches of one sort, shared out among streams of their own. Thread-safe. */
final class Followers implements EventFeed.Sink, AutoCloseable {
  private static final long DELAY_MAX_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 3;

  private final List<Follower> followers;
  private final List<EventFeed.Stream> streams = new ArrayList<>();
  private final CountDownLatch begun;
  private final LongSupplier nanoTime;
  private final Histogram delayMicros = new ConcurrentHistogram(1, DELAY_MAX_MICROS, DIGITS);
  private final LongAdder measured = new LongAdder();
  private final ConcurrentLinkedQueue<String> endings = new ConcurrentLinkedQueue<>();
  private volatile boolean measuring;

  Followers(int count, LongSupplier nanoTime) {
    followers = Stream.generate(Follower::new).limit(count).toList();
    begun = new CountDownLatch(count);
    this.nanoTime = nanoTime;
  }

  /** Opens the streams, and the watches on them. */
  void open(EventFeed feed, WatchOptions options) {
    int count = Math.min(options.streams(), followers.size());
    for (int i = 0; i < count; i++) {
      streams.add(feed.open(this));
    }
    for (int id = 0; id < followers.size(); id++) {
      streams.get(id % count).watch(id, options.selection(id), 0);
    }
  }

  /** Whether all watches began in time. */
  boolean awaitBegun(long timeoutSeconds) throws InterruptedException {
    return begun.await(timeoutSeconds, TimeUnit.SECONDS);
  }

  void measure(boolean on) {
    measuring = on;
  }

  void stall() {
    streams.forEach(EventFeed.Stream::stall);
  }

  void goOn() {
    streams.forEach(EventFeed.Stream::goOn);
  }

  @Override
  public void created(int id) {
    begun.countDown();
  }

  @Override
  public void written(int id, long revision, ByteBuffer value) {
    followers.get(id).saw(revision);
    if (measuring) {
      measured.increment();
      long nanos = nanoTime.getAsLong() - value.getLong(value.position());
      long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
      delayMicros.recordValue(Math.max(1, Math.min(DELAY_MAX_MICROS, micros)));
    }
  }

  @Override
  public void ended(int id, String why) {
    endings.add(why);
  }

  List<Follower> all() {
    return followers;
  }

  /** Events of the measured time. */
  long measured() {
    return measured.sum();
  }

  /** From the moment that a write was due to that in which its event was there. */
  Histogram delayMicros() {
    return delayMicros.copy();
  }

  /** Why watches ended, which none should. */
  List<String> endings() {
    return List.copyOf(endings);
  }

  @Override
  public void close() {
    streams.forEach(EventFeed.Stream::close);
  }
}
