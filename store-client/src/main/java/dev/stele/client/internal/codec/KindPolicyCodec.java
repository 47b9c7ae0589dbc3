// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.KindPolicy;
import dev.stele.client.kind.KindPolicy.BodyType;
import dev.stele.client.kind.KindPolicy.LeaseLoss;
import dev.stele.client.kind.KindPolicy.WriteBudget;
import java.util.Optional;

/** {@link KindPolicy} and its message. */
public final class KindPolicyCodec extends MessageCodec<KindPolicy, dev.stele.proto.v1.KindPolicy> {
  public KindPolicyCodec() {
    super(dev.stele.proto.v1.KindPolicy.parser());
  }

  @Override
  public dev.stele.proto.v1.KindPolicy toMessage(KindPolicy policy) {
    dev.stele.proto.v1.KindPolicy.Builder message =
        dev.stele.proto.v1.KindPolicy.newBuilder()
            .setBodyType(dev.stele.proto.v1.KindPolicy.BodyType.valueOf(policy.bodyType().name()))
            .setMaxBodyBytes(policy.maxBodyBytes())
            .setMaxFacts(policy.maxFacts())
            .setJsonSchema(policy.jsonSchema());
    policy
        .budget()
        .ifPresent(
            budget -> message.setWritesPerSecond(budget.perSecond()).setWriteBurst(budget.burst()));
    policy
        .onLeaseLoss()
        .ifPresent(
            loss ->
                message.setOnLeaseLoss(
                    dev.stele.proto.v1.KindPolicy.LeaseLoss.valueOf(loss.name())));
    return message.build();
  }

  @Override
  public KindPolicy fromMessage(dev.stele.proto.v1.KindPolicy message) {
    return new KindPolicy(
        type(message.getBodyType()),
        message.hasMaxBodyBytes() ? message.getMaxBodyBytes() : KindPolicy.DEFAULT_MAX_BODY_BYTES,
        message.hasMaxFacts() ? message.getMaxFacts() : KindPolicy.DEFAULT_MAX_FACTS,
        budget(message),
        message.getJsonSchema(),
        loss(message.getOnLeaseLoss()));
  }

  private static BodyType type(dev.stele.proto.v1.KindPolicy.BodyType type) {
    return switch (type) {
      case BUILT_IN -> BodyType.BUILT_IN;
      case JSON -> BodyType.JSON;
      case BYTES -> BodyType.BYTES;
      case BODY_TYPE_UNSPECIFIED, UNRECOGNIZED -> BodyType.UNRECOGNIZED;
    };
  }

  private static Optional<LeaseLoss> loss(dev.stele.proto.v1.KindPolicy.LeaseLoss loss) {
    return switch (loss) {
      case LEASE_LOSS_UNSPECIFIED -> Optional.empty();
      case DELETE -> Optional.of(LeaseLoss.DELETE);
      case MARK_LOST -> Optional.of(LeaseLoss.MARK_LOST);
      case RETIRE -> Optional.of(LeaseLoss.RETIRE);
      case IDLE -> Optional.of(LeaseLoss.IDLE);
      case UNRECOGNIZED -> Optional.of(LeaseLoss.UNRECOGNIZED);
    };
  }

  private static Optional<WriteBudget> budget(dev.stele.proto.v1.KindPolicy message) {
    if (!message.hasWritesPerSecond()) {
      return Optional.empty();
    }
    int perSecond = message.getWritesPerSecond();
    return Optional.of(
        new WriteBudget(perSecond, message.hasWriteBurst() ? message.getWriteBurst() : perSecond));
  }
}
