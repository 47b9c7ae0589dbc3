// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;
import java.util.Optional;

/**
 * Policies as the bodies of facts of kind {@code kind}: a version byte, then the fields in their
 * order. The core must understand them, so the encoding is its own.
 */
public final class KindPolicyCodec {
  /** Without a word on leases: their end then does what the kind's standard says. */
  private static final int SILENT = 1;

  private static final int ON_LEASE_LOSS = 2;

  private KindPolicyCodec() {}

  /** The body that says {@code policy}. */
  public static Bytes encode(KindPolicy policy) {
    Output out = new Output(64 + policy.jsonSchema().length());
    out.putByte(policy.onLeaseLoss().isPresent() ? ON_LEASE_LOSS : SILENT);
    out.putByte(policy.bodyType().number());
    out.putVarint(policy.maxBodyBytes());
    out.putVarint(policy.maxFacts());
    out.putVarint(policy.budget().map(WriteBudget::perSecond).orElse(0));
    out.putVarint(policy.budget().map(WriteBudget::burst).orElse(0));
    out.putText(policy.jsonSchema());
    policy.onLeaseLoss().ifPresent(loss -> out.putByte(loss.number()));
    return Bytes.wrap(out.toBytes());
  }

  /**
   * What {@code body} says.
   *
   * @throws MalformedException when it is not what {@link #encode} made
   */
  public static KindPolicy decode(Bytes body) throws MalformedException {
    Input in = new Input(body.unsafeArray());
    int version = in.readByte();
    if (version != SILENT && version != ON_LEASE_LOSS) {
      throw new MalformedException(
          "its version is " + version + ", only 1 to " + ON_LEASE_LOSS + " are known");
    }
    int number = in.readByte();
    BodyType type =
        BodyType.of(number)
            .orElseThrow(() -> new MalformedException("body type " + number + " is not known"));
    int maxBodyBytes = in.readSize();
    long maxFacts = in.readVarint();
    int perSecond = in.readSize();
    int burst = in.readSize();
    Optional<WriteBudget> budget =
        perSecond == 0 && burst == 0
            ? Optional.empty()
            : Optional.of(new WriteBudget(perSecond, burst));
    String schema = in.readText();
    Optional<LeaseLoss> onLeaseLoss =
        version == ON_LEASE_LOSS ? Optional.of(readLoss(in)) : Optional.empty();
    in.requireEnd();
    return new KindPolicy(type, maxBodyBytes, maxFacts, budget, schema, onLeaseLoss);
  }

  private static LeaseLoss readLoss(Input in) throws MalformedException {
    int number = in.readByte();
    return LeaseLoss.of(number)
        .orElseThrow(() -> new MalformedException("lease loss " + number + " is not known"));
  }
}
