// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BudgetTest {
  @Test
  void bytesAreTakenUpToTheBoundAndNotBeyond() {
    Budget budget = new Budget(10, 100);
    assertThat(budget.tryTake(100)).isTrue();
    assertThat(budget.tryTake(1)).isFalse();
    budget.giveBack(100);
    assertThat(budget.tryTake(101)).isFalse();
    assertThat(budget.tryTake(100)).isTrue();
  }

  @Test
  void theCountIsBoundedToo() {
    Budget budget = new Budget(2, 100);
    assertThat(budget.tryTake(0)).isTrue();
    assertThat(budget.tryTake(0)).isTrue();
    assertThat(budget.tryTake(0)).isFalse();
    assertThat(budget.count()).isEqualTo(2);
  }

  @Test
  void whatWasRefusedTakesNothing() {
    Budget budget = new Budget(2, 100);
    assertThat(budget.tryTake(101)).isFalse();
    assertThat(budget.count()).isZero();
    assertThat(budget.bytes()).isZero();
  }

  @Test
  void whatMustBeHeldIsHeldBeyondTheBound() {
    Budget budget = new Budget(1, 100);
    budget.take(1_000);
    assertThat(budget.tryTake(0)).isFalse();
    budget.giveBack(1_000);
    assertThat(budget.tryTake(0)).isTrue();
  }
}
