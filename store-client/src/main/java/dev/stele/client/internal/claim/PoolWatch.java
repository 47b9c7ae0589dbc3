// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.claim;

import dev.stele.client.Fact;
import dev.stele.client.Selector;
import dev.stele.client.Watch;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchBuilder;
import dev.stele.client.WatchEvent;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchStatus;
import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.call.Backoff;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.client.internal.watch.Watches;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Kinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one pool for all claims of it that this process owns, and tells each what becomes of it.
 *
 * <p><b>Nothing is missed.</b> The watch begins behind the grant of the first claim. A claim that
 * is added later may have changed between its grant and now, and the watch be beyond that: so the
 * latest change of each claim is remembered, of the last {@link #MAX_REMEMBERED} that changed.
 * Whoever was granted before what is remembered has to read. When what it missed is compacted, the
 * watch begins anew with all claims.
 */
final class PoolWatch implements WatchListener {
  /** Claims whose latest change is remembered, for those that are added later. */
  static final int MAX_REMEMBERED = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(PoolWatch.class);

  private final String pool;
  private final Watches watches;
  private final Timekeeper timekeeper;
  private final Map<String, List<Owned>> handles = new HashMap<>();
  private final Map<String, Change> remembered = new LinkedHashMap<>();
  private final Set<String> paged = new HashSet<>();
  private @Nullable Watch watch;
  private long rememberedFrom;
  private @Nullable Long blindSinceNanos;
  private int failures;
  private boolean closed;

  /**
   * The latest change of a claim.
   *
   * @param claim null when it was deleted
   */
  private record Change(@Nullable Claim claim, long revision) {}

  PoolWatch(String pool, Watches watches, Timekeeper timekeeper) {
    this.pool = pool;
    this.watches = watches;
    this.timekeeper = timekeeper;
  }

  /** Tells {@code owned} from now on what becomes of it. */
  synchronized void add(Owned owned) {
    long granted = owned.grant().revision();
    handles.computeIfAbsent(owned.grant().key().text(), unknown -> new ArrayList<>(1)).add(owned);
    if (watch == null) {
      rememberedFrom = granted;
      watch = draft().from(granted + 1).start(this);
    }
  }

  /**
   * Tells {@code owned}, which was added, what became of it before that.
   *
   * @return false when nobody remembers: it must be read, {@link #seenThrough} here
   */
  boolean catchUp(Owned owned) {
    Change missed;
    synchronized (this) {
      missed = remembered.get(owned.grant().key().text());
      if (missed == null) {
        return owned.grant().revision() >= rememberedFrom;
      }
    }
    tell(owned, missed, Duration.ZERO);
    return true;
  }

  private WatchBuilder draft() {
    return watches
        .draft(Selector.prefix(Kinds.CLAIM.name() + "/" + pool + "/"))
        .restartWhenCompacted()
        .latestOnly();
  }

  /** Tells it nothing more. */
  synchronized void remove(Owned owned) {
    String key = owned.grant().key().text();
    List<Owned> same = handles.get(key);
    if (same != null) {
      same.remove(owned);
      if (same.isEmpty()) {
        handles.remove(key);
      }
    }
  }

  synchronized boolean isEmpty() {
    return handles.isEmpty();
  }

  /** What happened through this revision is told to nobody who is added from now on. */
  synchronized long seenThrough() {
    Watch begun = watch;
    return begun == null ? rememberedFrom : Math.max(rememberedFrom, begun.position());
  }

  @Override
  public void onBatch(WatchBatch batch) {
    for (WatchEvent event : batch.events()) {
      Claim claim = event.fact(Kinds.CLAIM).map(Fact::body).orElse(null);
      changed(event.key().text(), new Change(claim, event.revision()));
    }
  }

  private void changed(String key, Change change) {
    List<Owned> concerned;
    Duration passed;
    synchronized (this) {
      remembered.remove(key);
      remembered.put(key, change);
      if (remembered.size() > MAX_REMEMBERED) {
        String oldest = remembered.keySet().iterator().next();
        rememberedFrom = Math.max(rememberedFrom, remembered.remove(oldest).revision());
      }
      concerned = List.copyOf(handles.getOrDefault(key, List.of()));
      passed = blindFor();
    }
    concerned.forEach(owned -> tell(owned, change, passed));
  }

  /** How long ago the change may have been at the most that is told now. */
  private Duration blindFor() {
    Long since = blindSinceNanos;
    return since == null ? Duration.ZERO : Duration.ofNanos(timekeeper.nanoTime() - since);
  }

  private static void tell(Owned owned, Change change, Duration passed) {
    if (change.claim() != null) {
      owned.stands(change.claim(), change.revision(), passed);
    } else if (change.revision() > owned.grant().revision()) {
      owned.lose();
    }
  }

  @Override
  public void onInitial(WatchInitial page) {
    synchronized (this) {
      if (page.first()) {
        paged.clear();
        remembered.clear();
      }
      rememberedFrom = Math.max(rememberedFrom, page.revision());
    }
    for (Fact<byte[]> raw : page.facts()) {
      Fact<Claim> fact = Fact.decode(raw, Kinds.CLAIM);
      Change stands = new Change(fact.body(), fact.modRevision());
      List<Owned> concerned;
      Duration passed;
      synchronized (this) {
        concerned = List.copyOf(handles.getOrDefault(fact.key().text(), List.of()));
        passed = blindFor();
        if (!concerned.isEmpty()) {
          paged.add(fact.key().text());
        }
      }
      concerned.forEach(owned -> tell(owned, stands, passed));
    }
    if (page.last()) {
      loseTheMissing(page.revision());
    }
  }

  /** What was granted before and is not among the pages is gone. */
  private void loseTheMissing(long revision) {
    List<Owned> missing = new ArrayList<>();
    synchronized (this) {
      handles.forEach(
          (key, owned) -> {
            if (!paged.contains(key)) {
              owned.stream()
                  .filter(one -> one.grant().revision() <= revision)
                  .forEach(missing::add);
            }
          });
      paged.clear();
    }
    missing.forEach(Owned::lose);
  }

  @Override
  public void onStatus(WatchStatus status) {
    switch (status.state()) {
      case LIVE -> sees();
      case RECONNECTING, COMPACTED -> isBlind();
      case FAILED -> failed(status.cause());
      case CONNECTING, CATCHING_UP, CLOSED -> {
        // Nothing to do: it was asked for, or what follows says more.
      }
    }
  }

  private synchronized void sees() {
    blindSinceNanos = null;
    failures = 0;
  }

  private synchronized void isBlind() {
    if (blindSinceNanos == null) {
      blindSinceNanos = timekeeper.nanoTime();
    }
  }

  /** It can't end while claims are owned: whoever is not told of a drain would not give way. */
  private void failed(Optional<Throwable> cause) {
    if (cause.isPresent() && cause.get() instanceof WrongEpochException) {
      loseAll();
      return;
    }
    LOG.atWarn()
        .setCause(cause.orElse(null))
        .addKeyValue("pool", pool)
        .log("the watch of a pool failed, beginning it anew");
    isBlind();
    long delayNanos;
    synchronized (this) {
      delayNanos = Backoff.delayNanos(failures++, timekeeper.random());
    }
    timekeeper.schedule(delayNanos, this::again);
  }

  private synchronized void again() {
    if (!closed) {
      watch = draft().fromInitialState().start(this);
    }
  }

  /** All claims of the pool are lost here. */
  void loseAll() {
    List<Owned> all = new ArrayList<>();
    synchronized (this) {
      handles.values().forEach(all::addAll);
    }
    all.forEach(Owned::lose);
  }

  /** Ends the watch. */
  void close() {
    Watch begun;
    synchronized (this) {
      closed = true;
      begun = watch;
    }
    if (begun != null) {
      begun.close();
    }
  }
}
