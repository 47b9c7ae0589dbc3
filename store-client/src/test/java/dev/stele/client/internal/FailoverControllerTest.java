// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.client.ClaimHandle;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.StoreClient;
import dev.stele.client.example.FailoverController;
import dev.stele.client.example.FailoverSuccessor;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Failover;
import dev.stele.client.kind.Failover.State;
import dev.stele.proto.v1.LeaseRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The example of a controller that decides on the loss of members, at the moments that matter: the
 * member a owns the claim shards/1 at epoch 1, b has two slots and c has five.
 */
final class FailoverControllerTest {
  private static final String ELECTION = "controllers/failover";
  private static final FactKey<Claim> CLAIM = Keys.claim("shards/1");
  private static final FactKey<Failover> DECISION = Keys.failover("shards/1/1");

  private final ModelNode model = new ModelNode();
  private final Map<String, ClaimHandle> taken = new ConcurrentHashMap<>();
  private final Map<String, StoreClient> processes = new ConcurrentHashMap<>();

  @BeforeEach
  void begin() {
    member("a", 9);
    model.write(List.of(ModelNode.put(CLAIM, new Claim("a", 1, Claim.State.OWNED))));
  }

  @AfterEach
  void close() {
    model.close();
  }

  private LeaseHandle lease(String process, String lease) {
    return processes
        .computeIfAbsent(process, unknown -> model.client())
        .leases()
        .acquire(lease, LeaseOptions.ttl(Duration.ofSeconds(10)).holder(process))
        .join();
  }

  /** A member that is there, whether or not it heeds decisions. */
  private LeaseHandle member(String name, int slots) {
    LeaseHandle lease = lease(name, "member/" + name);
    model.join(
        name, slots, LeaseRef.newBuilder().setName(lease.name()).setToken(lease.token()).build());
    return lease;
  }

  private void heeds(String name, LeaseHandle lease) {
    FailoverSuccessor.start(
        processes.get(name), lease, name, "shards", claim -> taken.put(name, claim));
  }

  private FailoverController controller(String process) {
    return FailoverController.start(
        processes.computeIfAbsent(process, unknown -> model.client()),
        lease(process, ELECTION),
        "shards");
  }

  private void awaitDecision(String to, State state) {
    await()
        .untilAsserted(
            () -> {
              assertThat(model.fact(DECISION.text())).isNotNull();
              assertThat(model.body(DECISION).to()).isEqualTo(to);
              assertThat(model.body(DECISION).state()).isEqualTo(state);
            });
  }

  private List<State> course() {
    List<State> newestFirst =
        model.history(DECISION.text()).stream()
            .map(change -> DECISION.kind().codec().decode(change.getFact().getBody().toByteArray()))
            .map(Failover::state)
            .toList();
    List<State> course = new ArrayList<>(newestFirst);
    Collections.reverse(course);
    return course;
  }

  @Test
  void theClaimOfALostMemberGoesToWhoHasTheMostRoom() {
    heeds("b", member("b", 2));
    heeds("c", member("c", 5));
    FailoverController controller = controller("one");
    model.lose("a");
    awaitDecision("c", State.DONE);

    Failover decision = model.body(DECISION);
    assertThat(decision.from()).isEqualTo("a");
    assertThat(decision.epoch()).isEqualTo(1);
    assertThat(decision.decidedBy()).isEqualTo(ELECTION);
    // Lost and idle at one revision: that is what it was decided on.
    assertThat(decision.evidenceRevision())
        .isEqualTo(model.history(CLAIM.text()).get(1).getRevision())
        .isEqualTo(model.fact("member/a").getModRevision());
    assertThat(model.body(CLAIM)).isEqualTo(new Claim("c", 2, Claim.State.OWNED));
    assertThat(taken.get("c").acceptsWork()).isTrue();
    assertThat(taken).doesNotContainKey("b");
    assertThat(course()).containsExactly(State.DECIDED, State.DONE);
    controller.close();
  }

  @Test
  void aControllerThatWasPausedBeforeItsDecisionWritesNothingAndTheNextOneFinishes()
      throws Exception {
    heeds("c", member("c", 5));
    FailoverController paused = controller("one");
    // It has looked, and chosen; before its put is decided, its lease is gone.
    model.beforeNextPut(() -> model.expire(ELECTION));
    model.lose("a");
    paused.stopped().get(20, TimeUnit.SECONDS);
    assertThat(model.fact(DECISION.text())).isNull();
    assertThat(model.body(CLAIM)).isEqualTo(new Claim("", 1, Claim.State.IDLE));

    FailoverController next = controller("two");
    awaitDecision("c", State.DONE);
    assertThat(model.body(DECISION).token()).isEqualTo(tokenOfElection());
    assertThat(course()).containsExactly(State.DECIDED, State.DONE);
    next.close();
  }

  private long tokenOfElection() {
    long token = model.body(DECISION).token();
    LeaseRef ref = LeaseRef.newBuilder().setName(ELECTION).setToken(token).build();
    return model.isHeld(ref) ? token : -1;
  }

  @Test
  void aDecisionThatWasLeftBehindIsGoneOnWithAndNotDoubled() {
    LeaseHandle c = member("c", 5);
    FailoverController first = controller("one");
    model.lose("a");
    awaitDecision("c", State.DECIDED);
    first.close();
    model.expire(ELECTION);

    FailoverController next = controller("two");
    heeds("c", c);
    awaitDecision("c", State.DONE);
    assertThat(course()).containsExactly(State.DECIDED, State.DONE);
    assertThat(model.body(CLAIM).epoch()).isEqualTo(2);
    next.close();
  }

  @Test
  void aTakeoverThatNobodyMarkedIsMarkedByTheController() {
    member("c", 5);
    FailoverController controller = controller("one");
    model.lose("a");
    awaitDecision("c", State.DECIDED);
    model.write(List.of(ModelNode.put(CLAIM, new Claim("c", 2, Claim.State.OWNED))));
    awaitDecision("c", State.DONE);
    controller.close();
  }

  @Test
  void aSuccessorThatIsLostTooIsReplaced() {
    heeds("b", member("b", 2));
    member("c", 5);
    FailoverController controller = controller("one");
    model.lose("a");
    awaitDecision("c", State.DECIDED);
    model.lose("c");
    awaitDecision("b", State.DONE);
    assertThat(course()).containsExactly(State.DECIDED, State.DECIDED, State.DONE);
    assertThat(model.body(CLAIM)).isEqualTo(new Claim("b", 2, Claim.State.OWNED));
    controller.close();
  }

  @Test
  void aDecisionThatEventsHaveOvertakenIsAbandoned() {
    member("c", 5);
    FailoverController controller = controller("one");
    model.lose("a");
    awaitDecision("c", State.DECIDED);
    model.write(List.of(ModelNode.put(CLAIM, new Claim("x", 2, Claim.State.OWNED))));
    awaitDecision("c", State.ABANDONED);
    controller.close();
  }

  @Test
  void whatALivingOwnerGaveBackIsLeftAlone() {
    heeds("c", member("c", 5));
    FactKey<Claim> other = Keys.claim("shards/2");
    model.write(List.of(ModelNode.put(other, new Claim("c", 1, Claim.State.OWNED))));
    model.write(List.of(ModelNode.put(other, new Claim("", 1, Claim.State.IDLE))));
    model.write(List.of(ModelNode.put(Keys.claim("shards/3"), Claim.idle())));
    FailoverController controller = controller("one");
    model.lose("a");
    awaitDecision("c", State.DONE);
    assertThat(model.all().stream().map(fact -> fact.getKey().toStringUtf8()))
        .filteredOn(key -> key.startsWith("failover/"))
        .containsExactly(DECISION.text());
    controller.close();
  }

  @Test
  void aMemberThatCameBackAtOnceHasLostWhatItsFormerLifeOwned() {
    heeds("c", member("c", 5));
    model.lose("a");
    member("a", 0);
    // It has never seen the loss: only that the life of now is younger than the claim's end.
    FailoverController controller = controller("one");
    awaitDecision("c", State.DONE);
    controller.close();
  }
}
