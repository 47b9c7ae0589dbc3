// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.SessionTag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sees every write that leaves a client, and says where it breaks the rules of sessions. */
final class SessionWitness {
  private final Map<ByteString, Map<Long, PutRequest>> first = new HashMap<>();
  private final Map<ByteString, Long> highestMark = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();
  private int sent;
  private int retries;

  void sent(PutRequest put) {
    sent++;
    if (!put.getHeader().hasSession()) {
      complaints.add("a write without a session: " + put);
      return;
    }
    SessionTag tag = put.getHeader().getSession();
    String where = tag.getSequence() + " at mark " + tag.getAcknowledgedBelow();
    if (tag.getAcknowledgedBelow() < 1 || tag.getAcknowledgedBelow() > tag.getSequence()) {
      complaints.add("a mark that is none: " + where);
    }
    if (tag.getSequence() >= tag.getAcknowledgedBelow() + ModelStore.WINDOW) {
      complaints.add("the window overflows: " + where);
    }
    long mark = highestMark.merge(tag.getId(), tag.getAcknowledgedBelow(), Math::max);
    if (tag.getSequence() < mark) {
      complaints.add("a write is sent after the mark has passed it: " + where);
    }
    PutRequest before =
        first
            .computeIfAbsent(tag.getId(), id -> new HashMap<>())
            .putIfAbsent(tag.getSequence(), put);
    if (before == null) {
      return;
    }
    retries++;
    SessionTag same =
        tag.toBuilder()
            .setAcknowledgedBelow(before.getHeader().getSession().getAcknowledgedBelow())
            .build();
    if (!put.toBuilder()
        .setHeader(put.getHeader().toBuilder().setSession(same))
        .build()
        .equals(before)) {
      complaints.add("a sequence is used for another write, or another time: " + where);
    }
  }

  List<String> complaints() {
    return complaints;
  }

  int sent() {
    return sent;
  }

  int retries() {
    return retries;
  }

  int sessions() {
    return first.size();
  }
}
