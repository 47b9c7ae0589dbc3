// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.core.model.Reason;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.ReadGate.Admitted;
import dev.stele.server.port.ReadGate.Denied;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongFunction;

/** Reads that wait for a number to get somewhere. Any thread; the lock is held for moments. */
final class Thresholds {
  private static final Admission ADMITTED = new Admitted();

  private final int maxWaiting;
  private final Executor releases;
  private final Object lock = new Object();
  private final SortedMap<Long, Group> groups = new TreeMap<>();
  private int waiting;

  /** The first of {@link #groups}: all that the writer looks at when nobody is to be released. */
  private volatile long least = Long.MAX_VALUE;

  Thresholds(int maxWaiting, Executor releases) {
    this.maxWaiting = maxWaiting;
    this.releases = releases;
  }

  /** Those who wait for the same number. */
  private static final class Group {
    private final List<Waiting<Admission>> reads = new ArrayList<>(1);
    private long earliestDeadlineNanos;

    void addAll(List<Waiting<Admission>> more) {
      for (Waiting<Admission> read : more) {
        if (reads.isEmpty() || read.deadlineNanos() - earliestDeadlineNanos < 0) {
          earliestDeadlineNanos = read.deadlineNanos();
        }
        reads.add(read);
      }
    }

    /** Takes out those who are late. */
    List<Waiting<Admission>> expire(long nowNanos) {
      if (nowNanos - earliestDeadlineNanos < 0) {
        return List.of();
      }
      List<Waiting<Admission>> late = new ArrayList<>();
      List<Waiting<Admission>> rest = new ArrayList<>();
      for (Waiting<Admission> read : reads) {
        (read.isLate(nowNanos) ? late : rest).add(read);
      }
      reads.clear();
      addAll(rest);
      return late;
    }
  }

  static void admit(Collection<Waiting<Admission>> reads) {
    reads.forEach(read -> read.complete(ADMITTED));
  }

  /**
   * Has {@code reads} wait for {@code at}; false when there is no room for all of them. The caller
   * calls {@link #reached} afterwards with where the number stands by then.
   */
  boolean enlist(long at, List<Waiting<Admission>> reads) {
    if (reads.isEmpty()) {
      return true;
    }
    synchronized (lock) {
      if (waiting + reads.size() > maxWaiting) {
        return false;
      }
      waiting += reads.size();
      groups.computeIfAbsent(at, unused -> new Group()).addAll(reads);
      least = groups.firstKey();
    }
    return true;
  }

  /** The number stands at {@code at}. */
  void reached(long at) {
    if (at < least) {
      return;
    }
    List<Waiting<Admission>> released = new ArrayList<>();
    synchronized (lock) {
      SortedMap<Long, Group> done = at == Long.MAX_VALUE ? groups : groups.headMap(at + 1);
      done.values().forEach(group -> released.addAll(group.reads));
      done.clear();
      waiting -= released.size();
      least = groups.isEmpty() ? Long.MAX_VALUE : groups.firstKey();
    }
    if (!released.isEmpty()) {
      release(released);
    }
  }

  private void release(List<Waiting<Admission>> released) {
    try {
      releases.execute(() -> admit(released));
    } catch (RejectedExecutionException e) {
      // The node is stopping. Their wait is over all the same, and they get to know it.
      admit(released);
    }
  }

  /**
   * Denies those who are late; returns whether anybody waits.
   *
   * @param message for those who waited for a number
   */
  boolean sweep(long nowNanos, LongFunction<String> message) {
    Map<Long, List<Waiting<Admission>>> late = new TreeMap<>();
    boolean waits;
    synchronized (lock) {
      Iterator<Map.Entry<Long, Group>> all = groups.entrySet().iterator();
      while (all.hasNext()) {
        Map.Entry<Long, Group> entry = all.next();
        List<Waiting<Admission>> expired = entry.getValue().expire(nowNanos);
        if (!expired.isEmpty()) {
          waiting -= expired.size();
          late.put(entry.getKey(), expired);
        }
        if (entry.getValue().reads.isEmpty()) {
          all.remove();
        }
      }
      least = groups.isEmpty() ? Long.MAX_VALUE : groups.firstKey();
      waits = !groups.isEmpty();
    }
    late.forEach(
        (at, reads) -> {
          Admission denied = new Denied(Reason.NO_QUORUM, message.apply(at));
          reads.forEach(read -> read.complete(denied));
        });
    return waits;
  }
}
