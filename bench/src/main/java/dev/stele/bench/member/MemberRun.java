// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.member;

import dev.stele.bench.Crowd;
import dev.stele.bench.watch.WatchReport.Spread;
import dev.stele.client.LeaseState;
import dev.stele.client.MemberHandle;
import dev.stele.client.MemberReport;
import dev.stele.client.NodeStatus;
import dev.stele.client.Registration;
import dev.stele.client.ReportOutcome;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many members that one process registers and that report their capacity each second, never far
 * from what is written: the log must not hear of it.
 */
public final class MemberRun {
  /** Reports of one request: as many as there may be. */
  static final int REPORTS_A_REQUEST = 1_000;

  /** What is written of each member's capacity. */
  static final long WRITTEN = 1_000;

  /** How far reports are from that at most, of a tenth that matters: so the log stays as it is. */
  static final long SWING = 50;

  private static final String CAPACITY = "slots";

  /** Nobody calls them there. */
  private static final String ADDRESS = "127.0.0.1:1";

  /** Registrations and their ends under way together. */
  private static final int UNDER_WAY = 512;

  private static final int DIGITS = 3;
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final MemberOptions options;
  private final List<StoreClient> clients;
  private final LongSupplier nanoTime;
  private final Histogram micros = new ConcurrentHistogram(1, TimeUnit.HOURS.toMicros(1), DIGITS);
  private final LongAdder reports = new LongAdder();
  private final Map<String, LongAdder> outcomes = new ConcurrentSkipListMap<>();
  private int rounds;
  private int lateRounds;

  /**
   * Prepares a run.
   *
   * @param clients that share the members; they stay the caller's to close
   * @param nanoTime a monotonic clock
   */
  public MemberRun(MemberOptions options, List<StoreClient> clients, LongSupplier nanoTime) {
    this.options = options;
    this.clients = List.copyOf(clients);
    this.nanoTime = nanoTime;
  }

  /**
   * Runs it to its end, and deregisters the members.
   *
   * @param progress told about once a second
   * @throws ExecutionException when a member can't be registered, or nobody tells how the cluster
   *     stands
   */
  public MemberRunReport run(Consumer<String> progress)
      throws InterruptedException, ExecutionException {
    progress.accept("registering");
    long beganNanos = nanoTime.getAsLong();
    List<MemberHandle> members = registerAll();
    double registerSeconds = (nanoTime.getAsLong() - beganNanos) / 1e9;
    NodeStatus before = Crowd.leader(clients.get(0));
    long measuredNanos = nanoTime.getAsLong();
    reportAll(members, measuredNanos, progress);
    double seconds = (nanoTime.getAsLong() - measuredNanos) / 1e9;
    NodeStatus after = Crowd.leader(clients.get(0));
    int lost =
        (int) members.stream().filter(member -> member.lease().state() == LeaseState.LOST).count();
    progress.accept("deregistering");
    Crowd.forEach(members, UNDER_WAY, MemberHandle::deregister);
    ConcurrentSkipListMap<String, Long> counts = new ConcurrentSkipListMap<>();
    outcomes.forEach((name, count) -> counts.put(name, count.sum()));
    return new MemberRunReport(
        options,
        registerSeconds,
        seconds,
        rounds,
        lateRounds,
        reports.sum(),
        new Spread(
            micros.getValueAtPercentile(50), micros.getValueAtPercentile(99), micros.getMaxValue()),
        counts,
        lost,
        after.applied() - before.applied(),
        after.revision() - before.revision());
  }

  private StoreClient client(int number) {
    return clients.get(number % clients.size());
  }

  private List<MemberHandle> registerAll() throws InterruptedException, ExecutionException {
    Semaphore room = new Semaphore(UNDER_WAY);
    List<CompletableFuture<MemberHandle>> asked = new ArrayList<>();
    for (int i = 0; i < options.members(); i++) {
      room.acquire();
      Registration registration =
          Registration.of(options.prefix() + i, ADDRESS)
              .withMember(
                  new Member(
                      ADDRESS, 0, Map.of(CAPACITY, WRITTEN), Member.Health.HEALTHY, Map.of()))
              .withTtl(options.ttl());
      asked.add(
          client(i)
              .members()
              .register(registration)
              .whenComplete((member, failure) -> room.release()));
    }
    List<MemberHandle> members = new ArrayList<>();
    for (CompletableFuture<MemberHandle> member : asked) {
      members.add(member.get());
    }
    return members;
  }

  /** A round each second; one that is late makes the next one begin later, and is counted. */
  private void reportAll(List<MemberHandle> members, long fromNanos, Consumer<String> progress)
      throws InterruptedException {
    long endNanos = fromNanos + options.duration().toNanos();
    for (long began = fromNanos; began - endNanos < 0; began = nanoTime.getAsLong()) {
      progress.accept(
          "%,d reports, %,d s left"
              .formatted(reports.sum(), TimeUnit.NANOSECONDS.toSeconds(endNanos - began)));
      round(members);
      rounds++;
      long left = began + ROUND_NANOS - nanoTime.getAsLong();
      if (left > 0) {
        TimeUnit.NANOSECONDS.sleep(left);
      } else {
        lateRounds++;
      }
    }
  }

  private void round(List<MemberHandle> members) {
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (int from = 0; from < members.size(); from += REPORTS_A_REQUEST) {
      List<MemberReport> part = new ArrayList<>(REPORTS_A_REQUEST);
      for (int i = from; i < Math.min(members.size(), from + REPORTS_A_REQUEST); i++) {
        part.add(
            MemberReport.capacity(
                members.get(i).lease().ref(), Map.of(CAPACITY, capacity(i, rounds))));
      }
      sent.add(send(client(sent.size()), part));
    }
    sent.forEach(CompletableFuture::join);
  }

  /** Another one each round, and as near to what is written as must be. */
  static long capacity(int member, int round) {
    return WRITTEN - SWING + (31L * member + 17L * round) % (2 * SWING + 1);
  }

  private CompletableFuture<?> send(StoreClient client, List<MemberReport> part) {
    long sentNanos = nanoTime.getAsLong();
    return client
        .members()
        .report(part)
        .handle(
            (answers, failure) -> {
              if (failure != null) {
                count("failed: " + name(failure), part.size());
                return false;
              }
              long tookMicros = TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - sentNanos);
              micros.recordValue(Math.max(1, tookMicros));
              reports.add(answers.size());
              answers.forEach(answer -> count(name(answer), 1));
              return true;
            });
  }

  private void count(String outcome, long reportsOfIt) {
    outcomes.computeIfAbsent(outcome, name -> new LongAdder()).add(reportsOfIt);
  }

  private static String name(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getClass().getSimpleName();
  }

  private static String name(ReportOutcome outcome) {
    return outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
