// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.ScriptedLease;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseHandle;
import dev.stele.client.MemberHandle;
import dev.stele.client.ReportOutcome;
import dev.stele.client.kind.Member;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A life with a lease that the test gives and takes. */
record ScriptedMember(ScriptedLease held) implements MemberHandle {
  @Override
  public String name() {
    return "rack1/node7";
  }

  @Override
  public long incarnation() {
    return 12;
  }

  @Override
  public LeaseHandle lease() {
    return held;
  }

  @Override
  public CompletableFuture<ReportOutcome> report(Member.Health health) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<ReportOutcome> report(Map<String, Long> capacity) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<ReportOutcome> report(Member.Health health, Map<String, Long> capacity) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<LeaseChange> deregister() {
    return held.release();
  }

  @Override
  public void close() {
    held.close();
  }
}
