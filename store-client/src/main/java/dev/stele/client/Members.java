// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Member;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Who is there: registration, reports, lookups. Thread-safe; nothing blocks. For failures, retries
 * and threads see {@link Facts}.
 */
public interface Members {
  /**
   * Begins a life of a member and keeps its lease alive; whatever its former life left ends in the
   * same revision. Fails with {@link dev.stele.client.error.FencedException} when the incarnation
   * goes back, or is that of a life whose lease is held, and with {@link
   * dev.stele.client.error.AlreadyExistsException} when the key of one of its endpoints is taken by
   * somebody else. A registration that ends as {@link
   * dev.stele.client.error.OutcomeUnknownException} may have begun a life that nobody keeps, and
   * that its TTL ends.
   */
  CompletableFuture<MemberHandle> register(Registration registration);

  /**
   * What members say of themselves. Only what matters is written; nothing else is logged.
   *
   * @param reports 1 to 1,000, each about another member
   * @return one for each report, in their order
   */
  CompletableFuture<List<ReportOutcome>> report(List<MemberReport> reports);

  /** Ends a life in order: the member goes, what is bound to its lease follows its policy. */
  CompletableFuture<LeaseChange> deregister(LeaseRef lease);

  /** One page of those that match, in the order of names; linearizable. */
  CompletableFuture<MemberPage> list(MemberQuery query);

  /** All that match, page by page. */
  CompletableFuture<List<MemberInfo>> listAll(MemberQuery query);

  /**
   * Completes once the members that match {@code query} are as {@code enough} wants them, with
   * those; it follows a watch and polls nothing. Fails with {@link
   * java.util.concurrent.TimeoutException} after {@code timeout}, and with what {@code enough}
   * throws. Cancelling ends it. It completes where listeners of watches run.
   *
   * @param query its limit and the name that it begins behind are of pages, and play no part
   * @param enough is given all that match, in the order of names, as they stood at one revision
   * @param timeout zero to {@link LeaseOptions#MAX_DURATION}
   * @throws IllegalArgumentException when the timeout is out of that range
   */
  CompletableFuture<List<MemberInfo>> await(
      MemberQuery query, Predicate<List<MemberInfo>> enough, Duration timeout);

  /** As {@link #await(MemberQuery, Predicate, Duration)}, for one member by its name. */
  CompletableFuture<MemberInfo> await(String name, Predicate<Member> wanted, Duration timeout);
}
