// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether named watchers have applied a revision. Immutable.
 *
 * @param revision at least 1; every change through it
 * @param expected names of the watchers that count; empty: all that are known
 * @param need how many of them
 * @param selector only watchers with exactly this one count; empty: whatever they watch
 * @param timeout how long to wait for them; empty: the client's request timeout
 */
public record AppliedQuery(
    long revision,
    List<String> expected,
    Need need,
    Optional<Selector> selector,
    Optional<Duration> timeout) {
  /** The longest wait. */
  public static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

  public AppliedQuery {
    if (revision < 1) {
      throw new IllegalArgumentException("revision is " + revision + ", at least 1 is needed");
    }
    expected = List.copyOf(expected);
    Objects.requireNonNull(need, "need");
    Objects.requireNonNull(selector, "selector");
    timeout.ifPresent(AppliedQuery::checkTimeout);
  }

  private static void checkTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "timeout is " + timeout + ", more than zero and at most " + TIMEOUT_MAX + " is allowed");
    }
  }

  /** Whether all watchers that are known have applied {@code revision}. */
  public static AppliedQuery of(long revision) {
    return new AppliedQuery(revision, List.of(), new All(), Optional.empty(), Optional.empty());
  }

  /** The same for these watchers, heard of or not: at most 10,000 names. */
  public AppliedQuery expecting(String... names) {
    return new AppliedQuery(revision, Arrays.asList(names), need, selector, timeout);
  }

  /** The same where every one must have applied it. */
  public AppliedQuery all() {
    return needing(new All());
  }

  /** The same where so many are enough. */
  public AppliedQuery count(int watchers) {
    return needing(new Count(watchers));
  }

  /** The same where so many of a hundred are enough. */
  public AppliedQuery percent(int percent) {
    return needing(new Percent(percent));
  }

  private AppliedQuery needing(Need other) {
    return new AppliedQuery(revision, expected, other, selector, timeout);
  }

  /** The same for watchers that watch exactly this. */
  public AppliedQuery selector(Selector of) {
    return new AppliedQuery(revision, expected, need, Optional.of(of), timeout);
  }

  /** The same with another time to wait: up to {@link #TIMEOUT_MAX}. */
  public AppliedQuery timeout(Duration wait) {
    return new AppliedQuery(revision, expected, need, selector, Optional.of(wait));
  }

  /** How many watchers must have applied it. */
  public sealed interface Need {}

  /** Every one. */
  public record All() implements Need {}

  /**
   * @param watchers at least 1
   */
  public record Count(int watchers) implements Need {
    public Count {
      if (watchers < 1) {
        throw new IllegalArgumentException("count is " + watchers + ", at least 1 is needed");
      }
    }
  }

  /**
   * @param percent 1 to 100
   */
  public record Percent(int percent) implements Need {
    public Percent {
      if (percent < 1 || percent > 100) {
        throw new IllegalArgumentException("percent is " + percent + ", 1 to 100 are allowed");
      }
    }
  }
}
