// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * The facts of members, and the leases that keep them: member {@code n} is bound to lease {@code
 * member/n}.
 */
public final class Members {
  private static final String PREFIX = KindNames.MEMBER + "/";

  private Members() {}

  /** The key of the member {@code name}. */
  public static Key key(String name) {
    return Key.trusted(Bytes.utf8(PREFIX + name));
  }

  /** The lease that the member {@code name} lives by. */
  public static String leaseName(String name) {
    return PREFIX + name;
  }

  /** The member that lives by {@code lease}: its fact, when it is bound to that. */
  public static Optional<Fact> boundTo(View view, String lease) {
    if (!lease.startsWith(PREFIX)) {
      return Optional.empty();
    }
    return view.fact(Key.trusted(Bytes.utf8(lease)))
        .filter(fact -> fact.lease().filter(of -> of.name().equals(lease)).isPresent());
  }

  /** What {@code member}, the fact of one, says. */
  public static MemberRecord record(Fact member) {
    try {
      return MemberCodec.decode(member.body());
    } catch (MalformedException e) {
      throw new IllegalStateException("the member " + member.key() + " can't be read", e);
    }
  }
}
