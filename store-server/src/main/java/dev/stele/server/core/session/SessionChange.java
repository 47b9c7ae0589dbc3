// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.session;

import java.util.Optional;

/**
 * What a session is from here on.
 *
 * @param after empty: forgotten
 */
public record SessionChange(SessionId id, Optional<Session> after) {}
