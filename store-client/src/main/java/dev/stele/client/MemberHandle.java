// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Member;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A life of a member that this process keeps alive. Thread-safe; nothing blocks. When its {@link
 * #lease} is lost, this life is over: stop acting, and register again if there is more to do.
 */
public interface MemberHandle extends AutoCloseable {
  /** Without the kind. */
  String name();

  long incarnation();

  /** What this life has under its name: claims and guards go with it. */
  LeaseHandle lease();

  /** Says how this member fares. */
  CompletableFuture<ReportOutcome> report(Member.Health health);

  /** Says what this member has to give. */
  CompletableFuture<ReportOutcome> report(Map<String, Long> capacity);

  /** Says all at once. */
  CompletableFuture<ReportOutcome> report(Member.Health health, Map<String, Long> capacity);

  /** Ends this life in order; the handle's lease is lost at once, so stop acting first. */
  CompletableFuture<LeaseChange> deregister();

  /** As {@link #deregister}, without waiting for what becomes of it: the TTL ends it otherwise. */
  @Override
  void close();
}
