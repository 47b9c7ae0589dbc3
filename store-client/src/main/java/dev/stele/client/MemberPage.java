// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;

/**
 * One page of members, all of one revision.
 *
 * @param last the last name that was looked at, to go on behind; empty when {@code more} is false
 */
public record MemberPage(long revision, List<MemberInfo> members, boolean more, String last) {
  public MemberPage {
    members = List.copyOf(members);
  }
}
