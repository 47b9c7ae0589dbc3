// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.WriteBudget;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Limits;
import java.util.Optional;

/**
 * The bodies of kind {@code kind}: callers see a message like those of the other built-in kinds,
 * the core its own encoding, because it must understand them.
 */
final class PolicyBody {
  private PolicyBody() {}

  /** What the core is given for {@code message}, which is good by itself for {@code kind}. */
  static Bytes stored(String kind, dev.stele.proto.v1.KindPolicy message, String field) {
    KindPolicy policy =
        new KindPolicy(
            type(message, field + ".body_type"),
            message.hasMaxBodyBytes() ? message.getMaxBodyBytes() : Limits.BODY_DEFAULT_MAX_BYTES,
            message.hasMaxFacts() ? message.getMaxFacts() : Limits.KIND_DEFAULT_MAX_FACTS,
            budget(message, field),
            message.getJsonSchema(),
            loss(message).flatMap(loss -> loss.unlessStandard(kind)));
    policy
        .violation(kind)
        .ifPresent(
            wrong -> {
              throw invalid(field + "." + wrong.field(), wrong.message());
            });
    return KindPolicyCodec.encode(policy);
  }

  private static BodyType type(dev.stele.proto.v1.KindPolicy message, String field) {
    return switch (message.getBodyType()) {
      case BUILT_IN -> BodyType.BUILT_IN;
      case JSON -> BodyType.JSON;
      case BYTES -> BodyType.BYTES;
      case BODY_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw invalid(field, "is not set: JSON or BYTES, or BUILT_IN for a built-in kind");
    };
  }

  private static Optional<WriteBudget> budget(dev.stele.proto.v1.KindPolicy message, String field) {
    if (message.hasWriteBurst() && !message.hasWritesPerSecond()) {
      throw invalid(field + ".write_burst", "goes with writes_per_second");
    }
    if (!message.hasWritesPerSecond()) {
      return Optional.empty();
    }
    int perSecond = message.getWritesPerSecond();
    return Optional.of(
        new WriteBudget(perSecond, message.hasWriteBurst() ? message.getWriteBurst() : perSecond));
  }

  private static Optional<LeaseLoss> loss(dev.stele.proto.v1.KindPolicy message) {
    return switch (message.getOnLeaseLoss()) {
      case DELETE -> Optional.of(LeaseLoss.DELETE);
      case MARK_LOST -> Optional.of(LeaseLoss.MARK_LOST);
      case RETIRE -> Optional.of(LeaseLoss.RETIRE);
      case IDLE -> Optional.of(LeaseLoss.IDLE);
      case LEASE_LOSS_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  /**
   * The message that says what is {@code stored} of {@code kind}, with nothing left to defaults.
   */
  static ByteString message(String kind, Bytes stored) throws MalformedException {
    KindPolicy policy = KindPolicyCodec.decode(stored);
    dev.stele.proto.v1.KindPolicy.Builder message =
        dev.stele.proto.v1.KindPolicy.newBuilder()
            .setBodyType(type(policy.bodyType()))
            .setMaxBodyBytes(policy.maxBodyBytes())
            .setMaxFacts(policy.maxFacts())
            .setJsonSchema(policy.jsonSchema())
            .setOnLeaseLoss(loss(policy.onLeaseLoss(kind)));
    policy
        .budget()
        .ifPresent(
            budget -> message.setWritesPerSecond(budget.perSecond()).setWriteBurst(budget.burst()));
    return message.build().toByteString();
  }

  private static dev.stele.proto.v1.KindPolicy.LeaseLoss loss(LeaseLoss loss) {
    return switch (loss) {
      case DELETE -> dev.stele.proto.v1.KindPolicy.LeaseLoss.DELETE;
      case MARK_LOST -> dev.stele.proto.v1.KindPolicy.LeaseLoss.MARK_LOST;
      case RETIRE -> dev.stele.proto.v1.KindPolicy.LeaseLoss.RETIRE;
      case IDLE -> dev.stele.proto.v1.KindPolicy.LeaseLoss.IDLE;
    };
  }

  private static dev.stele.proto.v1.KindPolicy.BodyType type(BodyType type) {
    return switch (type) {
      case BUILT_IN -> dev.stele.proto.v1.KindPolicy.BodyType.BUILT_IN;
      case JSON -> dev.stele.proto.v1.KindPolicy.BodyType.JSON;
      case BYTES -> dev.stele.proto.v1.KindPolicy.BodyType.BYTES;
    };
  }
}
