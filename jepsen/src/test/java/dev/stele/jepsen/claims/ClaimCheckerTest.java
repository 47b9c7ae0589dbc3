// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.claims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.LeaseRef;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Claim.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checker that objects to nothing would find every history good. */
final class ClaimCheckerTest {
  private static final List<String> KEYS = List.of("p/a", "p/b", "p/c");

  private final List<ClaimRow> claims = new ArrayList<>();
  private final List<LeaseRow> leases = new ArrayList<>();

  /**
   * Two owners come; one gives a claim back, which is taken again, and dies with two; one of its
   * claims is taken again; another drains.
   */
  private void good() {
    idle("p/a", 1, 0);
    idle("p/b", 2, 0);
    idle("p/c", 3, 0);
    leases.add(new LeaseRow("x", 10, true));
    leases.add(new LeaseRow("y", 11, true));
    owned("p/a", 12, 1, "x", 10);
    owned("p/b", 13, 1, "y", 11);
    idle("p/a", 14, 1);
    owned("p/a", 15, 2, "y", 11);
    owned("p/c", 16, 1, "x", 10);
    leases.add(new LeaseRow("y", 17, false));
    idle("p/a", 17, 2);
    retired("p/b", 17, 1, "y");
    owned("p/a", 18, 3, "x", 10);
    row("p/c", 19, "x", 1, State.DRAINING, Optional.of(new LeaseRef("x", 10)));
    idle("p/c", 20, 1);
  }

  private void idle(String key, long revision, long epoch) {
    row(key, revision, "", epoch, State.IDLE, Optional.empty());
  }

  private void retired(String key, long revision, long epoch, String owner) {
    row(key, revision, owner, epoch, State.RETIRED, Optional.empty());
  }

  private void owned(String key, long revision, long epoch, String owner, long token) {
    row(key, revision, owner, epoch, State.OWNED, Optional.of(new LeaseRef(owner, token)));
  }

  private void row(
      String key, long revision, String owner, long epoch, State state, Optional<LeaseRef> lease) {
    claims.add(new ClaimRow(key, revision, Optional.of(new Claim(owner, epoch, state)), lease));
  }

  private void drop(String key, long revision) {
    assertThat(claims.removeIf(row -> row.key().equals(key) && row.revision() == revision))
        .isTrue();
  }

  private List<String> problems() {
    return new ClaimChecker(KEYS, 2).problems(new ClaimHistory(claims, leases));
  }

  @Test
  void aGoodHistoryIsGoodAndItsTakingsAreCounted() {
    good();
    ClaimChecker checker = new ClaimChecker(KEYS, 2);
    assertThat(checker.problems(new ClaimHistory(claims, leases))).isEmpty();
    assertThat(checker.taken()).isEqualTo(5);
  }

  @Test
  void theOrderInWhichRowsAreReadIsOfNoMatter() {
    good();
    Collections.reverse(claims);
    Collections.reverse(leases);
    assertThat(problems()).isEmpty();
  }

  /** What is done to a good history, and what must be said of it. */
  enum Mutant {
    AN_EPOCH_OWNED_TWICE(
        "from epoch 3 to 3",
        it -> {
          it.idle("p/a", 21, 3);
          it.owned("p/a", 22, 3, "x", 10);
        }),
    AN_EPOCH_LEFT_OUT(
        "from epoch 1 to 3",
        it -> {
          it.drop("p/a", 15);
          it.owned("p/a", 15, 3, "y", 11);
        }),
    AN_OWNER_WHO_TAKES_FROM_ANOTHER(
        "p/a goes from Claim[owner=x",
        it -> {
          it.leases.add(new LeaseRow("z", 21, true));
          it.owned("p/a", 22, 4, "z", 21);
        }),
    A_DRAIN_THAT_CHANGES_THE_OWNER(
        "p/a goes from Claim[owner=x",
        it -> {
          it.leases.add(new LeaseRow("z", 21, true));
          it.row("p/a", 22, "z", 3, State.DRAINING, Optional.of(new LeaseRef("z", 21)));
        }),
    A_CLAIM_THAT_WAS_NEVER_THERE("p/c is lost", it -> it.claims.removeIf(it::isOfC)),
    A_CLAIM_THAT_IS_DELETED(
        "p/c is deleted",
        it -> it.claims.add(new ClaimRow("p/c", 21, Optional.empty(), Optional.empty()))),
    A_CLAIM_THAT_THE_DEAD_KEEP("p/a is owned beyond the end", it -> it.drop("p/a", 17)),
    A_CLAIM_THAT_GOES_A_REVISION_TOO_LATE(
        "p/b is owned beyond the end",
        it -> {
          it.drop("p/b", 17);
          it.retired("p/b", 18, 1, "y");
        }),
    A_CLAIM_THAT_THE_DEAD_TAKE(
        "p/c is owned under LeaseRef[name=y, token=11], which is not held",
        it -> it.owned("p/c", 21, 2, "y", 11)),
    A_CLAIM_UNDER_AN_OLD_TOKEN(
        "is owned under LeaseRef[name=x, token=9], which is not held",
        it -> it.owned("p/c", 21, 2, "x", 9)),
    A_CLAIM_UNDER_ANOTHERS_LEASE(
        "is owned by w under the lease of another",
        it -> it.row("p/c", 21, "w", 2, State.OWNED, Optional.of(new LeaseRef("x", 10)))),
    A_CLAIM_UNDER_NO_LEASE(
        "is owned under no lease", it -> it.row("p/c", 21, "x", 2, State.OWNED, Optional.empty())),
    AN_IDLE_CLAIM_THAT_STAYS_BOUND(
        "is nobody's, and yet",
        it -> it.row("p/a", 21, "", 3, State.IDLE, Optional.of(new LeaseRef("x", 10)))),
    AN_IDLE_CLAIM_THAT_WAS_SKIPPED(
        "p/c is taken while p/a is idle",
        it -> {
          it.idle("p/a", 21, 3);
          it.owned("p/c", 22, 2, "x", 10);
        }),
    TWO_CLAIMS_TAKEN_AT_ONCE(
        "are taken at once",
        it -> {
          it.idle("p/a", 21, 3);
          it.owned("p/a", 22, 4, "x", 10);
          it.owned("p/c", 22, 2, "x", 10);
        }),
    A_RETIRED_CLAIM_THAT_IS_HANDED_ON(
        "p/b goes from Claim[owner=y", it -> it.owned("p/b", 21, 1, "x", 10)),
    A_CLAIM_THAT_BEGINS_AS_OWNED(
        "p/a begins as",
        it -> {
          it.drop("p/a", 1);
          it.drop("p/a", 12);
          it.owned("p/a", 12, 1, "x", 10);
        }),
    AN_OWNER_WITH_TOO_MANY(
        "x owns 3 of at most 2",
        it -> {
          it.leases.removeIf(row -> !row.held());
          it.drop("p/b", 13);
          it.owned("p/b", 13, 1, "x", 10);
          it.drop("p/b", 17);
          it.drop("p/c", 19);
          it.drop("p/c", 20);
        });

    private final String said;

    // A lambda that keeps nothing.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<ClaimCheckerTest> change;

    Mutant(String said, Consumer<ClaimCheckerTest> change) {
      this.said = said;
      this.change = change;
    }
  }

  private boolean isOfC(ClaimRow row) {
    return row.key().equals("p/c");
  }

  @ParameterizedTest
  @EnumSource
  void eachFaultIsFound(Mutant mutant) {
    good();
    mutant.change.accept(this);
    assertThat(problems()).anyMatch(problem -> problem.contains(mutant.said));
  }
}
