// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.stele.client.internal.SessionSimulation.End;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.SessionTag;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Thousands of schedules of a client and a store with everything in between going wrong. A seed
 * repeats its schedule. The mutants damage what a client sends as a faulty one would, and are
 * found.
 */
final class SessionSimulationTest {
  private static final int SCHEDULES = 3_000;
  private static final int MUTANT_SCHEDULES = 300;

  @Test
  void everyWriteTakesEffectAsItsCallerWasTold() {
    Map<End, Integer> ends = new EnumMap<>(End.class);
    int retries = 0;
    int sessions = 0;
    for (int seed = 0; seed < SCHEDULES; seed++) {
      SessionSimulation simulation = new SessionSimulation(seed, store -> UnaryOperator.identity());
      assertThat(simulation.run()).as("seed %d", seed).isEmpty();
      for (End end : End.values()) {
        ends.merge(end, simulation.count(end), Integer::sum);
      }
      retries += simulation.witness().retries();
      sessions += simulation.witness().sessions();
    }
    System.out.println(ends + ", " + retries + " retries, " + sessions + " sessions");
    // Every way that a write can end was met, or the schedules show nothing.
    assertThat(ends).allSatisfy((end, count) -> assertThat(count).as("%s", end).isPositive());
    assertThat(ends.get(End.DONE)).isGreaterThan(SCHEDULES * 50);
    assertThat(retries).isGreaterThan(SCHEDULES);
    assertThat(sessions).isGreaterThan(SCHEDULES * 2);
  }

  @Test
  void aClientThatRetriesWithoutItsTagIsCaught() {
    assertThat(complaints(store -> onRetries(put -> untagged(put))))
        .contains("took effect 2 times");
  }

  @Test
  void aClientThatRetriesUnderAnotherSequenceIsCaught() {
    assertThat(
            complaints(
                store ->
                    onRetries(
                        put -> tagged(put, tag(put).setSequence(tag(put).getSequence() + 1)))))
        .contains("took effect 2 times");
  }

  @Test
  void aClientWhoseMarkRunsAheadIsCaught() {
    assertThat(
            complaints(
                store -> put -> tagged(put, tag(put).setAcknowledgedBelow(tag(put).getSequence()))))
        .contains("ends with SEQUENCE_TOO_OLD");
  }

  @Test
  void aClientThatRenewsTheStoreTimeOfARetryIsCaught() {
    assertThat(
            complaints(
                store ->
                    onRetries(put -> tagged(put, tag(put).setStoreTimeMillis(store.timeMillis())))))
        .contains("took effect 2 times");
  }

  @Test
  void aClientThatNeverMovesItsMarkIsCaught() {
    assertThat(complaints(store -> put -> tagged(put, tag(put).setAcknowledgedBelow(1))))
        .contains("window overflows");
  }

  private static String complaints(Function<ModelStore, UnaryOperator<PutRequest>> mutation) {
    StringBuilder all = new StringBuilder();
    for (int seed = 0; seed < MUTANT_SCHEDULES; seed++) {
      List<String> violations = new SessionSimulation(seed, mutation).run();
      violations.forEach(violation -> all.append(violation).append('\n'));
    }
    return all.toString();
  }

  private static UnaryOperator<PutRequest> onRetries(UnaryOperator<PutRequest> mutation) {
    Set<ByteString> seen = new HashSet<>();
    return put -> seen.add(put.getBody()) ? put : mutation.apply(put);
  }

  private static SessionTag.Builder tag(PutRequest put) {
    return put.getHeader().getSession().toBuilder();
  }

  private static PutRequest tagged(PutRequest put, SessionTag.Builder tag) {
    return put.toBuilder().setHeader(put.getHeader().toBuilder().setSession(tag)).build();
  }

  private static PutRequest untagged(PutRequest put) {
    return put.toBuilder().setHeader(put.getHeader().toBuilder().clearSession()).build();
  }
}
