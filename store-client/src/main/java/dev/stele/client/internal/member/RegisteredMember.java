// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.member;

import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseHandle;
import dev.stele.client.MemberHandle;
import dev.stele.client.MemberReport;
import dev.stele.client.ReportOutcome;
import dev.stele.client.internal.lease.DefaultLeases;
import dev.stele.client.kind.Member;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A life of a member that this process began. */
final class RegisteredMember implements MemberHandle {
  private final String name;
  private final long incarnation;
  private final LeaseHandle lease;
  private final MemberCalls calls;

  RegisteredMember(String name, long incarnation, LeaseHandle lease, MemberCalls calls) {
    this.name = name;
    this.incarnation = incarnation;
    this.lease = lease;
    this.calls = calls;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public LeaseHandle lease() {
    return lease;
  }

  @Override
  public CompletableFuture<ReportOutcome> report(Member.Health health) {
    return report(Optional.of(health), Optional.empty());
  }

  @Override
  public CompletableFuture<ReportOutcome> report(Map<String, Long> capacity) {
    return report(Optional.empty(), Optional.of(capacity));
  }

  @Override
  public CompletableFuture<ReportOutcome> report(Member.Health health, Map<String, Long> capacity) {
    return report(Optional.of(health), Optional.of(capacity));
  }

  private CompletableFuture<ReportOutcome> report(
      Optional<Member.Health> health, Optional<Map<String, Long>> capacity) {
    MemberReport report = new MemberReport(lease.ref(), health, capacity, Optional.empty());
    return calls.report(List.of(report)).thenApply(outcomes -> outcomes.get(0));
  }

  @Override
  public CompletableFuture<LeaseChange> deregister() {
    return DefaultLeases.end(lease, () -> calls.deregister(lease.ref()));
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // whoever wants to know calls deregister
  public void close() {
    deregister();
  }

  @Override
  public String toString() {
    return name + ":" + incarnation;
  }
}
