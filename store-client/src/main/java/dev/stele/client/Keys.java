// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Claim;
import dev.stele.client.kind.ConfigDocument;
import dev.stele.client.kind.DesiredState;
import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.Failover;
import dev.stele.client.kind.KindPolicy;
import dev.stele.client.kind.Kinds;
import dev.stele.client.kind.Member;
import dev.stele.client.kind.Pool;
import dev.stele.client.kind.Rollout;

/** Keys: of the built-in kinds from the name behind the kind, of others from the whole text. */
public final class Keys {
  private Keys() {}

  /** {@code desired/name}. */
  public static FactKey<DesiredState> desired(String name) {
    return FactKey.of(Kinds.DESIRED, name);
  }

  /** {@code member/name}. */
  public static FactKey<Member> member(String name) {
    return FactKey.of(Kinds.MEMBER, name);
  }

  /** {@code endpoint/name}. */
  public static FactKey<Endpoint> endpoint(String name) {
    return FactKey.of(Kinds.ENDPOINT, name);
  }

  /** {@code claim/name}. */
  public static FactKey<Claim> claim(String name) {
    return FactKey.of(Kinds.CLAIM, name);
  }

  /** {@code pool/name}. */
  public static FactKey<Pool> pool(String name) {
    return FactKey.of(Kinds.POOL, name);
  }

  /** {@code failover/name}. */
  public static FactKey<Failover> failover(String name) {
    return FactKey.of(Kinds.FAILOVER, name);
  }

  /** {@code rollout/name}. */
  public static FactKey<Rollout> rollout(String name) {
    return FactKey.of(Kinds.ROLLOUT, name);
  }

  /** {@code config/name}. */
  public static FactKey<ConfigDocument> config(String name) {
    return FactKey.of(Kinds.CONFIG, name);
  }

  /** {@code kind/name}: the policy of the kind {@code name}. */
  public static FactKey<KindPolicy> kind(String name) {
    return FactKey.of(Kinds.KIND, name);
  }

  /**
   * A key of an operator's kind of type JSON from its whole text, {@code kind/name}. The body is
   * the JSON text.
   */
  public static FactKey<String> json(String text) {
    return FactKey.parse(Kinds.json(kindOf(text)), text);
  }

  /** A key of an operator's kind of type BYTES from its whole text, {@code kind/name}. */
  public static FactKey<byte[]> bytes(String text) {
    return raw(text);
  }

  /**
   * Any key from its whole text, {@code kind/name}, with its body as it is stored. The text is sent
   * as it is, even if it is wrong: the server says why.
   */
  public static FactKey<byte[]> raw(String text) {
    return FactKey.parse(Kinds.raw(kindOf(text)), text);
  }

  private static String kindOf(String text) {
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }
}
