// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.ConfigDocument;
import dev.stele.client.kind.DesiredState;
import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.FactKind;
import dev.stele.client.kind.Failover;
import dev.stele.client.kind.KindPolicy;
import dev.stele.client.kind.KindPolicy.WriteBudget;
import dev.stele.client.kind.Kinds;
import dev.stele.client.kind.Member;
import dev.stele.client.kind.Pool;
import dev.stele.client.kind.Rollout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Bodies survive the way to the wire and back. */
final class KindCodecTest {
  private static final long UINT_MAX = 0xFFFF_FFFFL;

  @Property(tries = 200)
  void desiredStatesSurvive(
      @ForAll @LongRange(max = UINT_MAX) long replicas,
      @ForAll boolean paused,
      @ForAll("texts") String digest,
      @ForAll("texts") String location) {
    survives(Kinds.DESIRED, new DesiredState(replicas, paused, digest, location));
  }

  @Property(tries = 200)
  void membersSurvive(
      @ForAll("texts") String address,
      @ForAll long incarnation,
      @ForAll("capacities") Map<String, Long> capacity,
      @ForAll Member.Health health,
      @ForAll("labels") Map<String, String> labels) {
    Assume.that(health != Member.Health.UNRECOGNIZED);
    survives(Kinds.MEMBER, new Member(address, incarnation, capacity, health, labels));
  }

  @Property(tries = 200)
  void endpointsSurvive(
      @ForAll("texts") String service,
      @ForAll("texts") String address,
      @ForAll @LongRange(max = UINT_MAX) long weight,
      @ForAll("labels") Map<String, String> labels) {
    survives(Kinds.ENDPOINT, new Endpoint(service, address, weight, labels));
  }

  @Property(tries = 200)
  void claimsSurvive(
      @ForAll("texts") String owner,
      @ForAll long epoch,
      @ForAll Claim.State state,
      @ForAll long drainMillis) {
    Assume.that(state != Claim.State.UNRECOGNIZED);
    survives(Kinds.CLAIM, new Claim(owner, epoch, state, drainMillis));
  }

  @Property(tries = 200)
  void poolsSurvive(
      @ForAll Pool.Loss onLoss,
      @ForAll long maxOwned,
      @ForAll long maxOwnedPerOwner,
      @ForAll("ranges") Pool.Range range) {
    Assume.that(onLoss != Pool.Loss.UNRECOGNIZED);
    survives(Kinds.POOL, new Pool(onLoss, maxOwned, maxOwnedPerOwner, range));
  }

  @Provide
  Arbitrary<Pool.Range> ranges() {
    return Arbitraries.oneOf(
        Arbitraries.just(new Pool.Listed()),
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(Pool.Numbers::new),
        Combinators.combine(texts(), texts()).as(Pool.Addresses::new),
        Combinators.combine(texts(), Arbitraries.integers()).as(Pool.Subnets::new));
  }

  @Property(tries = 200)
  void failoversSurvive(
      @ForAll("texts") String claim,
      @ForAll("texts") String from,
      @ForAll("texts") String to,
      @ForAll long epoch,
      @ForAll("texts") String reason,
      @ForAll long token,
      @ForAll long evidence,
      @ForAll Failover.State state) {
    Assume.that(state != Failover.State.UNRECOGNIZED);
    survives(
        Kinds.FAILOVER,
        new Failover(claim, from, to, epoch, reason, "by " + to, token, evidence, state));
  }

  @Property(tries = 200)
  void policiesSurvive(
      @ForAll KindPolicy.BodyType type,
      @ForAll @IntRange(min = 0) int maxBody,
      @ForAll long maxFacts,
      @ForAll @IntRange(min = 1) int writes,
      @ForAll boolean budget,
      @ForAll KindPolicy.LeaseLoss loss,
      @ForAll("texts") String schema) {
    Assume.that(loss != KindPolicy.LeaseLoss.UNRECOGNIZED);
    Assume.that(type != KindPolicy.BodyType.UNRECOGNIZED);
    survives(
        Kinds.KIND,
        new KindPolicy(
            type,
            maxBody,
            maxFacts,
            budget ? Optional.of(new WriteBudget(writes, writes)) : Optional.empty(),
            schema,
            Optional.of(loss)));
  }

  @Example
  void aPolicyOfAnotherClientHasItsDefaults() {
    byte[] message =
        dev.stele.proto.v1.KindPolicy.newBuilder()
            .setBodyType(dev.stele.proto.v1.KindPolicy.BodyType.JSON)
            .build()
            .toByteArray();
    assertThat(Kinds.KIND.codec().decode(message)).isEqualTo(KindPolicy.json());
  }

  @Property(tries = 200)
  void jsonTextsSurviveByteByByte(@ForAll("texts") String text) {
    survives(Kinds.json("deploys"), text);
    assertThat(Kinds.json("deploys").codec().encode(text))
        .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
  }

  @Example
  void whatIsNoTextIsNoJsonBody() {
    FactKind<String> json = Kinds.json("deploys");
    assertThatThrownBy(() -> json.codec().decode(new byte[] {(byte) 0xc3, 0x28}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> json.codec().encode("\ud800"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  void rolloutsSurvive(
      @ForAll("texts") String target,
      @ForAll long from,
      @ForAll long to,
      @ForAll Rollout.Phase phase,
      @ForAll @LongRange(max = UINT_MAX) long percent,
      @ForAll("texts") String reason) {
    Assume.that(phase != Rollout.Phase.UNRECOGNIZED);
    survives(Kinds.ROLLOUT, new Rollout(target, from, to, phase, percent, reason));
  }

  @Property(tries = 200)
  void configDocumentsSurvive(@ForAll("texts") String type, @ForAll byte[] document) {
    ConfigDocument checked = ConfigDocument.of(type, document);
    survives(Kinds.CONFIG, checked);
    assertThat(checked.checksumMatches()).isTrue();
    ConfigDocument unchecked = ConfigDocument.withChecksum(type, document, new byte[0]);
    survives(Kinds.CONFIG, unchecked);
    assertThat(unchecked.checksumMatches()).isFalse();
  }

  @Example
  void theBytesAreTheMessageOfTheKind() throws InvalidProtocolBufferException {
    byte[] bytes = Kinds.DESIRED.codec().encode(DesiredState.replicas(3).withPaused(true));
    assertThat(dev.stele.proto.v1.DesiredState.parseFrom(bytes))
        .isEqualTo(
            dev.stele.proto.v1.DesiredState.newBuilder().setReplicas(3).setPaused(true).build());
  }

  @Example
  void theKindsAreThoseOfTheProtocol() {
    List<String> declared =
        dev.stele.proto.v1.Kinds.getDescriptor().getMessageTypes().stream()
            .map(type -> type.getOptions().getExtension(dev.stele.proto.v1.Kinds.kind))
            // Parts of other messages have none.
            .filter(kind -> !kind.isEmpty())
            .toList();
    assertThat(declared)
        .containsExactlyInAnyOrder(
            Kinds.DESIRED.name(),
            Kinds.MEMBER.name(),
            Kinds.ENDPOINT.name(),
            Kinds.CLAIM.name(),
            Kinds.POOL.name(),
            Kinds.FAILOVER.name(),
            Kinds.ROLLOUT.name(),
            Kinds.CONFIG.name(),
            Kinds.KIND.name(),
            // Nobody puts one: leases have calls of their own.
            "lease");
  }

  @Example
  void whatANewerReleaseCallsOtherwiseIsSeenAndCannotBeWritten() {
    byte[] newer =
        dev.stele.proto.v1.Claim.newBuilder().setOwner("w").setStateValue(99).build().toByteArray();
    Claim claim = Kinds.CLAIM.codec().decode(newer);
    assertThat(claim.state()).isEqualTo(Claim.State.UNRECOGNIZED);
    assertThatThrownBy(() -> Kinds.CLAIM.codec().encode(claim))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void brokenBytesAreNoBody() {
    assertThatThrownBy(() -> Kinds.DESIRED.codec().decode(new byte[] {(byte) 0xFF}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void numbersThatTheWireCannotCarryAreRefused() {
    assertThat(DesiredState.replicas(UINT_MAX).replicas()).isEqualTo(UINT_MAX);
    assertThatThrownBy(() -> DesiredState.replicas(UINT_MAX + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("replicas");
    assertThatThrownBy(() -> DesiredState.replicas(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withCharRange('\u0000', '\uD7FF').ofMaxLength(20);
  }

  @Provide
  Arbitrary<Map<String, Long>> capacities() {
    return Arbitraries.maps(texts(), Arbitraries.longs()).ofMaxSize(5);
  }

  @Provide
  Arbitrary<Map<String, String>> labels() {
    return Arbitraries.maps(texts(), texts()).ofMaxSize(5);
  }

  private static <T> void survives(FactKind<T> kind, T body) {
    assertThat(kind.codec().decode(kind.codec().encode(body))).isEqualTo(body);
  }

  /** Immutable maps have another order in each process; compares of bodies must not see that. */
  @Example
  void mapsAreWrittenInTheOrderOfTheirKeys() throws InvalidProtocolBufferException {
    Map<String, String> labels =
        IntStream.range(0, 64).boxed().collect(Collectors.toMap(i -> "label-" + i, i -> "x"));
    Member member = new Member("127.0.0.1:1", 1, Map.of(), Member.Health.HEALTHY, labels);
    byte[] body = Kinds.MEMBER.codec().encode(member);
    // A parsed map keeps the order of the wire.
    assertThat(dev.stele.proto.v1.Member.parseFrom(body).getLabelsMap().keySet())
        .isEqualTo(new TreeSet<>(labels.keySet()))
        .containsExactlyElementsOf(new TreeSet<>(labels.keySet()));
  }
}
