// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.Fact;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchEvent;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchProgress;
import dev.stele.client.WatchState;
import dev.stele.client.WatchStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Holds what one listener is handed against what really happened. Knows nothing of streams. */
final class WatchWitness implements WatchListener {
  final List<String> complaints = new ArrayList<>();
  int reconnections;
  private final WatchHistory history;
  private final List<Fact<byte[]>> pages = new ArrayList<>();
  private boolean initial;
  // Everything through it was seen; -1 until the first thing from a watch from now.
  private long through;

  WatchWitness(WatchHistory history, boolean initial, long from) {
    this.history = history;
    this.initial = initial;
    this.through = from - 1;
  }

  long through() {
    return through;
  }

  @Override
  public void onBatch(WatchBatch batch) {
    check(!initial, "events before the last page");
    long revision = batch.revision();
    check(revision > through, "revision " + revision + " after " + through);
    passOver(revision - 1);
    List<String> got = batch.events().stream().map(WatchWitness::words).toList();
    List<String> true_ = history.events(revision).stream().map(WatchWitness::words).toList();
    check(got.equals(true_), "revision " + revision + " is " + got + " and not " + true_);
    check(!batch.partial(), "revision " + revision + " in parts");
    through = Math.max(through, revision);
  }

  @Override
  public void onInitial(WatchInitial page) {
    if (page.first()) {
      pages.clear();
    }
    pages.addAll(page.facts());
    if (page.last()) {
      List<String> got = pages.stream().map(WatchWitness::words).toList();
      List<String> true_ =
          history.state(page.revision()).values().stream().map(WatchWitness::words).toList();
      check(got.equals(true_), "at " + page.revision() + " stood " + true_ + " and not " + got);
      initial = false;
      through = page.revision();
    }
  }

  @Override
  public void onProgress(WatchProgress mark) {
    check(!initial, "a mark before the last page");
    check(mark.revision() >= through, "a mark at " + mark.revision() + " after " + through);
    passOver(mark.revision());
    through = Math.max(through, mark.revision());
  }

  @Override
  public void onStatus(WatchStatus status) {
    reconnections += status.state() == WatchState.RECONNECTING ? 1 : 0;
    check(status.state() != WatchState.FAILED, "failed: " + status.cause());
  }

  /** Nothing happened from the next revision through this one. */
  private void passOver(long revision) {
    for (long missed = through + 1; missed <= revision; missed++) {
      check(history.events(missed).isEmpty(), "revision " + missed + " is lost");
    }
  }

  void check(boolean holds, String complaint) {
    if (!holds) {
      complaints.add(complaint);
    }
  }

  private static String words(WatchEvent event) {
    return event.type()
        + " "
        + event.key()
        + event.fact().map(WatchWitness::words).orElse("")
        + event.previous().map(fact -> " before " + words(fact)).orElse("");
  }

  private static String words(dev.stele.proto.v1.WatchEvent event) {
    boolean put = event.getType() == dev.stele.proto.v1.WatchEvent.Type.PUT;
    return event.getType()
        + " "
        + event.getFact().getKey().toStringUtf8()
        + (put ? words(event.getFact()) : "")
        + (event.hasPrevious() ? " before " + words(event.getPrevious()) : "");
  }

  private static String words(Fact<byte[]> fact) {
    String body = new String(fact.body(), StandardCharsets.UTF_8);
    return " " + fact.key() + "=" + body + "@" + fact.modRevision();
  }

  private static String words(dev.stele.proto.v1.Fact fact) {
    String key = fact.getKey().toStringUtf8();
    return " " + key + "=" + fact.getBody().toStringUtf8() + "@" + fact.getModRevision();
  }
}
