// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import dev.stele.bench.Target;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A store in memory that tells what was written, or not quite, if a test wants it so. */
final class FakeStore implements Target, EventFeed {
  private final List<Write> history = new ArrayList<>();
  private final List<FakeStream> streams = new ArrayList<>();

  /** The how-manieth event of the first watch is not told; 0: all are. */
  int dropped;

  /** Whether the first watch is told each event twice. */
  boolean twice;

  /** Whether writes fail. */
  boolean refusing;

  private int told;

  record Write(long revision, String key, ByteBuffer value) {}

  @Override
  public synchronized CompletableFuture<Long> put(String key, byte[] value) {
    if (refusing) {
      return CompletableFuture.failedFuture(new IllegalStateException("refused"));
    }
    Write write = new Write(1 + history.size(), key, ByteBuffer.wrap(value));
    history.add(write);
    streams.forEach(FakeStream::tell);
    return CompletableFuture.completedFuture(write.revision());
  }

  @Override
  public CompletableFuture<Optional<Found>> get(String key) {
    throw new UnsupportedOperationException("only written");
  }

  @Override
  public CompletableFuture<Void> history(String key, Consumer<Found> visitor) {
    throw new UnsupportedOperationException("only written");
  }

  @Override
  public Failure classify(Throwable failure) {
    return new Failure(String.valueOf(failure.getMessage()), false);
  }

  @Override
  public synchronized Stream open(Sink sink) {
    FakeStream stream = new FakeStream(sink);
    streams.add(stream);
    return stream;
  }

  @Override
  public void close() {}

  private final class FakeStream implements Stream {
    private final Sink sink;
    private final List<Cursor> cursors = new ArrayList<>();
    private boolean stalled;

    FakeStream(Sink sink) {
      this.sink = sink;
    }

    @Override
    public void watch(int id, Selection selection, long fromRevision) {
      synchronized (FakeStore.this) {
        long next = fromRevision == 0 ? 1 + history.size() : fromRevision;
        cursors.add(new Cursor(id, selection, next));
        sink.created(id);
        tell();
      }
    }

    @Override
    public void stall() {
      synchronized (FakeStore.this) {
        stalled = true;
      }
    }

    @Override
    public void goOn() {
      synchronized (FakeStore.this) {
        stalled = false;
        tell();
      }
    }

    @Override
    public void close() {
      stall();
    }

    private void tell() {
      if (!stalled) {
        cursors.forEach(cursor -> cursor.tell(sink));
      }
    }
  }

  private final class Cursor {
    private final int id;
    private final Selection selection;
    private long next;

    Cursor(int id, Selection selection, long next) {
      this.id = id;
      this.selection = selection;
      this.next = next;
    }

    void tell(Sink sink) {
      for (; next <= history.size(); next++) {
        Write write = history.get((int) next - 1);
        boolean seen =
            selection.whole()
                ? write.key().startsWith(selection.from())
                : write.key().equals(selection.from());
        if (seen && (id != 0 || ++told != dropped)) {
          sink.written(id, write.revision(), write.value());
          if (twice && id == 0) {
            sink.written(id, write.revision(), write.value());
          }
        }
      }
    }
  }
}
