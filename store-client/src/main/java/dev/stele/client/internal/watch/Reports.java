// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.proto.v1.ReportApplied;
import java.util.ArrayList;
import java.util.List;

/**
 * What a named watcher has said of what it saw. Kept as long as the watch, since each new stream
 * has to be told again; never more than the latest. Thread-safe.
 */
final class Reports {
  /** Characters of a reason. */
  static final int MAX_REASON = 1_024;

  private long applied;
  private long refused;
  private String reason = "";
  private boolean appliedUnsent;
  private boolean refusalUnsent;

  synchronized void applied(long revision) {
    if (revision > applied) {
      applied = revision;
      appliedUnsent = true;
    }
    if (refused <= applied) {
      refused = 0;
      refusalUnsent = false;
    }
  }

  synchronized void refused(long revision, String why) {
    if (revision > applied) {
      refused = revision;
      reason = why;
      refusalUnsent = true;
    }
  }

  /** A new stream knows nothing yet. */
  synchronized void forgotten() {
    appliedUnsent = applied > 0;
    refusalUnsent = refused > 0;
  }

  /** What is to be sent, in order. It counts as sent. */
  synchronized List<ReportApplied> unsent(long watchId) {
    List<ReportApplied> messages = new ArrayList<>(2);
    if (appliedUnsent) {
      messages.add(ReportApplied.newBuilder().setWatchId(watchId).setRevision(applied).build());
    }
    if (refusalUnsent) {
      messages.add(
          ReportApplied.newBuilder()
              .setWatchId(watchId)
              .setRevision(refused)
              .setRefusal(reason)
              .build());
    }
    appliedUnsent = false;
    refusalUnsent = false;
    return messages;
  }
}
