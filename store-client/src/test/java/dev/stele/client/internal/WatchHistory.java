// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What really happened: revisions from 1 on, each of a few keys. */
final class WatchHistory {
  private static final int KEYS = 12;

  private final Random random;
  private final List<List<WatchEvent>> revisions = new ArrayList<>();
  private final TreeMap<String, Fact> facts = new TreeMap<>();
  private final List<TreeMap<String, Fact>> states = new ArrayList<>();

  WatchHistory(Random random) {
    this.random = random;
    states.add(new TreeMap<>());
  }

  long revision() {
    return revisions.size();
  }

  /** The events of one revision; none in every third, as if they did not match. */
  List<WatchEvent> events(long revision) {
    return revisions.get((int) revision - 1);
  }

  /** What stood at a revision. */
  Map<String, Fact> state(long revision) {
    return states.get((int) revision);
  }

  void commit() {
    long revision = revisions.size() + 1L;
    List<WatchEvent> events = new ArrayList<>();
    int changes = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(5);
    int at = random.nextInt(KEYS);
    for (int i = 0; i < changes; i++) {
      events.add(change(revision, "x/" + (char) ('a' + (at + i) % KEYS)));
    }
    revisions.add(events);
    states.add(new TreeMap<>(facts));
  }

  private WatchEvent change(long revision, String key) {
    WatchEvent.Builder event = WatchEvent.newBuilder();
    Fact before = facts.get(key);
    if (before != null) {
      event.setPrevious(before);
    }
    Fact.Builder fact =
        Fact.newBuilder().setKey(ByteString.copyFromUtf8(key)).setModRevision(revision);
    if (before != null && random.nextInt(3) == 0) {
      facts.remove(key);
      return event.setType(WatchEvent.Type.DELETE).setFact(fact).build();
    }
    fact.setBody(ByteString.copyFromUtf8("r" + revision)).setCreateRevision(1).setVersion(1);
    facts.put(key, fact.build());
    return event.setFact(fact).build();
  }
}
