// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.stele.proto.v1.Claim;
import dev.stele.proto.v1.KindPolicy;
import dev.stele.proto.v1.LeaseHolding;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.Pool;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import java.util.Optional;

/**
 * The bodies that the core understands. Callers see messages like those of the other built-in
 * kinds; the core has an encoding of its own for them.
 */
public final class CoreBodies {
  private CoreBodies() {}

  /** Whether the core has its own encoding for the bodies of {@code kind}. */
  static boolean includes(String kind) {
    return switch (kind) {
      case KindNames.KIND, KindNames.LEASE, KindNames.MEMBER, KindNames.CLAIM, KindNames.POOL ->
          true;
      default -> false;
    };
  }

  /**
   * What the core is given for {@code message}, the body of {@code key}; empty when that is the
   * message's own bytes.
   */
  static Optional<Bytes> stored(Key key, Message message, String field) {
    if (message instanceof KindPolicy policy) {
      return Optional.of(PolicyBody.stored(key.name(), policy, field));
    }
    if (message instanceof Member member) {
      return Optional.of(MemberBody.stored(member, field));
    }
    if (message instanceof Claim claim) {
      return Optional.of(ClaimBody.stored(claim, field));
    }
    if (message instanceof Pool pool) {
      return Optional.of(PoolBody.stored(pool, field));
    }
    if (message instanceof LeaseHolding lease) {
      return Optional.of(LeaseBody.stored(lease));
    }
    return Optional.empty();
  }

  /**
   * The body that callers see of what is {@code stored} under {@code key}; empty when they see the
   * stored bytes themselves.
   */
  public static Optional<ByteString> message(Key key, Bytes stored) {
    try {
      return switch (key.kind()) {
        case KindNames.KIND -> Optional.of(PolicyBody.message(key.name(), stored));
        case KindNames.LEASE -> Optional.of(LeaseBody.message(stored));
        case KindNames.MEMBER -> Optional.of(MemberBody.message(stored));
        case KindNames.CLAIM -> Optional.of(ClaimBody.message(stored));
        case KindNames.POOL -> Optional.of(PoolBody.message(stored));
        default -> Optional.empty();
      };
    } catch (MalformedException e) {
      throw new IllegalStateException("what is stored under " + key + " can't be read", e);
    }
  }
}
