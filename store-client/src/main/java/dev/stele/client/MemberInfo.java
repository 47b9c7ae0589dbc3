// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Member;
import java.util.Optional;

/**
 * A member as it stands.
 *
 * @param name without the kind
 * @param lease empty when it is lost
 */
public record MemberInfo(String name, Member member, long modRevision, Optional<LeaseRef> lease) {}
