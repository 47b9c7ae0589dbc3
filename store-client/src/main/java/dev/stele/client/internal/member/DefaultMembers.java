// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.member;

import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseRef;
import dev.stele.client.MemberHandle;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberPage;
import dev.stele.client.MemberQuery;
import dev.stele.client.MemberReport;
import dev.stele.client.Members;
import dev.stele.client.Registration;
import dev.stele.client.ReportOutcome;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.lease.DefaultLeases;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.client.internal.watch.Watches;
import dev.stele.client.kind.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All members, as a client asks for them. Thread-safe. */
public final class DefaultMembers implements Members {
  private final MemberCalls calls;
  private final DefaultLeases leases;
  private final Watches watches;
  private final Timekeeper timekeeper;

  /**
   * Members.
   *
   * @param leases that keep those of this process alive
   * @param timekeeper with timers that may lead to callbacks
   */
  public DefaultMembers(
      Caller caller, DefaultLeases leases, Watches watches, Timekeeper timekeeper) {
    this.calls = new MemberCalls(caller);
    this.leases = leases;
    this.watches = watches;
    this.timekeeper = timekeeper;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes into what is given
  public CompletableFuture<MemberHandle> register(Registration registration) {
    AtomicLong incarnation = new AtomicLong();
    CompletableFuture<LeaseHandle> keeping =
        leases.keep(sent -> calls.register(registration, sent, incarnation::set));
    CompletableFuture<MemberHandle> registered = new CompletableFuture<>();
    keeping.whenComplete(
        (lease, failure) -> {
          if (lease == null) {
            registered.completeExceptionally(failure);
            return;
          }
          MemberHandle handle =
              new RegisteredMember(registration.name(), incarnation.get(), lease, calls);
          if (!registered.complete(handle)) {
            handle.close();
          }
        });
    registered.whenComplete((handle, failure) -> keeping.cancel(true));
    return registered;
  }

  @Override
  public CompletableFuture<List<ReportOutcome>> report(List<MemberReport> reports) {
    return calls.report(List.copyOf(reports));
  }

  @Override
  public CompletableFuture<LeaseChange> deregister(LeaseRef lease) {
    return calls.deregister(lease);
  }

  @Override
  public CompletableFuture<MemberPage> list(MemberQuery query) {
    return calls.list(query);
  }

  @Override
  public CompletableFuture<List<MemberInfo>> listAll(MemberQuery query) {
    CompletableFuture<List<MemberInfo>> all = new CompletableFuture<>();
    walk(query, new ArrayList<>(), all);
    return all;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what comes of a page goes into the whole
  private void walk(
      MemberQuery query, List<MemberInfo> sofar, CompletableFuture<List<MemberInfo>> all) {
    if (!all.isDone()) {
      list(query).whenComplete((page, failure) -> turn(query, page, failure, sofar, all));
    }
  }

  private void turn(
      MemberQuery query,
      @Nullable MemberPage page,
      @Nullable Throwable failure,
      List<MemberInfo> sofar,
      CompletableFuture<List<MemberInfo>> all) {
    if (page == null) {
      all.completeExceptionally(failure);
      return;
    }
    sofar.addAll(page.members());
    if (page.more()) {
      walk(query.behind(page.last()), sofar, all);
    } else {
      all.complete(List.copyOf(sofar));
    }
  }

  @Override
  public CompletableFuture<List<MemberInfo>> await(
      MemberQuery query, Predicate<List<MemberInfo>> enough, Duration timeout) {
    return new MemberWait<List<MemberInfo>>(
            member -> matches(query, member.member()),
            members -> enough.test(members) ? Optional.of(members) : Optional.empty())
        .start(query.prefix(), timeout, watches, timekeeper);
  }

  private static boolean matches(MemberQuery query, Member member) {
    boolean labelled =
        query.labels().entrySet().stream()
            .allMatch(
                wanted -> {
                  String value = member.labels().get(wanted.getKey());
                  return value != null && wanted.getValue().map(value::equals).orElse(true);
                });
    return labelled && (query.health().isEmpty() || query.health().contains(member.health()));
  }

  @Override
  public CompletableFuture<MemberInfo> await(
      String name, Predicate<Member> wanted, Duration timeout) {
    return new MemberWait<MemberInfo>(
            member -> member.name().equals(name) && wanted.test(member.member()),
            members -> members.stream().findAny())
        .start(name, timeout, watches, timekeeper);
  }
}
