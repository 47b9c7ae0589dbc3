// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import dev.stele.client.internal.codec.ClaimCodec;
import dev.stele.client.internal.codec.ConfigDocumentCodec;
import dev.stele.client.internal.codec.DesiredStateCodec;
import dev.stele.client.internal.codec.EndpointCodec;
import dev.stele.client.internal.codec.FailoverCodec;
import dev.stele.client.internal.codec.KindPolicyCodec;
import dev.stele.client.internal.codec.MemberCodec;
import dev.stele.client.internal.codec.PoolCodec;
import dev.stele.client.internal.codec.RawCodec;
import dev.stele.client.internal.codec.RolloutCodec;
import dev.stele.client.internal.codec.TextCodec;

/**
 * The built-in kinds. Their records know the fields of this release: a body that a newer client
 * wrote loses what is unknown here when it is read and written back. {@link #raw} loses nothing.
 */
public final class Kinds {
  public static final FactKind<DesiredState> DESIRED =
      new FactKind<>("desired", new DesiredStateCodec());
  public static final FactKind<Member> MEMBER = new FactKind<>("member", new MemberCodec());
  public static final FactKind<Endpoint> ENDPOINT = new FactKind<>("endpoint", new EndpointCodec());
  public static final FactKind<Claim> CLAIM = new FactKind<>("claim", new ClaimCodec());
  public static final FactKind<Pool> POOL = new FactKind<>("pool", new PoolCodec());
  public static final FactKind<Failover> FAILOVER = new FactKind<>("failover", new FailoverCodec());
  public static final FactKind<Rollout> ROLLOUT = new FactKind<>("rollout", new RolloutCodec());
  public static final FactKind<ConfigDocument> CONFIG =
      new FactKind<>("config", new ConfigDocumentCodec());

  /** The policies of kinds, built-in and operators'. */
  public static final FactKind<KindPolicy> KIND = new FactKind<>("kind", new KindPolicyCodec());

  private static final TextCodec TEXT = new TextCodec();
  private static final RawCodec RAW = new RawCodec();

  private Kinds() {}

  /**
   * An operator's kind of type JSON; the body is the text as it was given, byte by byte. The server
   * checks that it is JSON.
   */
  public static FactKind<String> json(String name) {
    return new FactKind<>(name, TEXT);
  }

  /** Any kind, with its bodies as they are stored. The arrays are not copied: leave them alone. */
  public static FactKind<byte[]> raw(String name) {
    return new FactKind<>(name, RAW);
  }
}
