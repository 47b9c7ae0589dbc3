// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import java.time.Duration;
import java.util.List;

/** An entry that was handed to the log, and those who wait for what it comes to. */
final class InFlight {
  private final List<Pending> commands;
  private final int bytes;
  private final long submittedNanos;
  private long earliestDeadlineNanos;

  InFlight(List<Pending> commands, int bytes, long submittedNanos) {
    this.commands = commands;
    this.bytes = bytes;
    this.submittedNanos = submittedNanos;
    earliestDeadlineNanos = submittedNanos + Long.MAX_VALUE / 2;
    for (Pending command : commands) {
      if (command.deadlineNanos() - earliestDeadlineNanos < 0) {
        earliestDeadlineNanos = command.deadlineNanos();
      }
    }
  }

  int size() {
    return commands.size();
  }

  int bytes() {
    return bytes;
  }

  long submittedNanos() {
    return submittedNanos;
  }

  /** Tells those who waited long enough that nobody knows. For the sweep's thread. */
  void expire(long nowNanos) {
    if (nowNanos - earliestDeadlineNanos < 0) {
      return;
    }
    long next = nowNanos + Long.MAX_VALUE / 2;
    Proposal unknown = new Proposal.Unknown("proposed, and not decided by the deadline");
    for (Pending command : commands) {
      if (command.isLate(nowNanos)) {
        command.complete(unknown);
      } else if (command.deadlineNanos() - next < 0) {
        next = command.deadlineNanos();
      }
    }
    earliestDeadlineNanos = next;
  }

  /** Tells all what the entry came to. */
  void finish(Batch.Fate fate) {
    if (fate instanceof Batch.Decided decided) {
      List<Result> results = decided.results();
      for (int i = 0; i < commands.size(); i++) {
        commands.get(i).complete(new Proposal.Decided(results.get(i)));
      }
    } else if (fate instanceof Batch.NotAppended notAppended) {
      tellAll(new Proposal.NotProposed(Reason.NOT_LEADER, notAppended.message(), Duration.ZERO));
    } else {
      tellAll(new Proposal.Unknown(((Batch.Lost) fate).message()));
    }
  }

  void tellAll(Proposal proposal) {
    commands.forEach(command -> command.complete(proposal));
  }
}
