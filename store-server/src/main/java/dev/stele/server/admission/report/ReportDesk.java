// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission.report;

import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Origin;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Takes what members say of themselves, at the leader: compares it with what is written, and has
 * written what matters, as far as the budget allows. Any thread.
 */
public final class ReportDesk {
  private final CommandLog log;
  private final ReportRule rule;
  private final ReportBudget budget;
  private final ReportMetrics metrics;

  public ReportDesk(CommandLog log, ReportSettings settings, Ticker ticker, MeterRegistry meters) {
    this.log = log;
    rule = new ReportRule(settings.thresholdPercent());
    budget = new ReportBudget(settings, ticker);
    metrics = new ReportMetrics(meters);
  }

  /**
   * Has {@code reports} written that matter, all at once, changes of health before the others when
   * the budget is short. Looks at {@code view}, which may be closed when this returns.
   *
   * @param view as fresh as for a linearizable read: what it does not hold counts as lost
   * @param reports each of another member
   * @param deadlineNanos on the node's ticker
   * @return an outcome for each, in their order; completes always, and never exceptionally
   */
  public CompletableFuture<List<ReportOutcome>> report(
      View view, List<UpdateMember> reports, long deadlineNanos, Origin origin) {
    List<Judged> judged = reports.stream().map(report -> judge(view, report)).toList();
    List<CompletableFuture<ReportOutcome>> outcomes = new ArrayList<>(reports.size());
    for (Judged each : judged) {
      outcomes.add(CompletableFuture.completedFuture(each.outcome()));
    }
    propose(ReportRule.Weight.HEALTH, reports, judged, outcomes, deadlineNanos, origin);
    propose(ReportRule.Weight.CAPACITY, reports, judged, outcomes, deadlineNanos, origin);
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              List<ReportOutcome> all = outcomes.stream().map(CompletableFuture::join).toList();
              all.forEach(metrics::answered);
              return all;
            });
  }

  /**
   * What a look at the store says.
   *
   * @param outcome that it has already, unless it has a weight
   */
  private record Judged(ReportRule.Weight weight, ReportOutcome outcome) {
    static Judged ended(ReportOutcome outcome) {
      return new Judged(ReportRule.Weight.NONE, outcome);
    }
  }

  private Judged judge(View view, UpdateMember report) {
    LeaseRef lease = report.lease();
    long standing = view.fact(lease.key()).map(Fact::modRevision).orElse(0L);
    if (standing != lease.token()) {
      return Judged.ended(new ReportOutcome.Lost(lost(lease, standing)));
    }
    Optional<Fact> member = Members.boundTo(view, lease.name());
    if (member.isEmpty()) {
      return Judged.ended(new ReportOutcome.Refused("no member is bound to lease " + lease.name()));
    }
    return new Judged(
        rule.weight(Members.record(member.get()), report), new ReportOutcome.Unchanged());
  }

  private static String lost(LeaseRef lease, long standing) {
    return "lease %s is not held with token %d: %s"
        .formatted(
            lease.name(),
            lease.token(),
            standing == 0 ? "nobody holds it" : "its token is " + standing);
  }

  private void propose(
      ReportRule.Weight weight,
      List<UpdateMember> reports,
      List<Judged> judged,
      List<CompletableFuture<ReportOutcome>> outcomes,
      long deadlineNanos,
      Origin origin) {
    for (int i = 0; i < reports.size(); i++) {
      if (judged.get(i).weight() == weight) {
        outcomes.set(i, propose(weight, reports.get(i), deadlineNanos, origin));
      }
    }
  }

  private CompletableFuture<ReportOutcome> propose(
      ReportRule.Weight weight, UpdateMember report, long deadlineNanos, Origin origin) {
    String member = report.lease().name();
    Duration wait = budget.take(member, weight == ReportRule.Weight.HEALTH);
    if (!wait.isZero()) {
      return CompletableFuture.completedFuture(new ReportOutcome.Deferred(wait));
    }
    return log.propose(report, deadlineNanos, origin)
        .thenApply(proposal -> outcome(member, proposal));
  }

  private ReportOutcome outcome(String member, Proposal proposal) {
    if (proposal instanceof Proposal.Decided decided) {
      return outcome(decided.result());
    }
    if (proposal instanceof Proposal.Unknown unknown) {
      return new ReportOutcome.Unknown(unknown.message());
    }
    budget.giveBack(member);
    return new ReportOutcome.NotProposed((Proposal.NotProposed) proposal);
  }

  private static ReportOutcome outcome(Result result) {
    if (result instanceof UpdateMember.Updated updated) {
      return new ReportOutcome.Written(updated.revision());
    }
    Refusal refusal = (Refusal) result;
    return refusal.reason() == Reason.FENCED
        ? new ReportOutcome.Lost(refusal.message())
        : new ReportOutcome.Refused(refusal.message());
  }
}
