// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Key;

/**
 * A claim is owned from here on.
 *
 * @param revision of the change
 */
public record ClaimOwned(Key key, String owner, long epoch, long revision) implements Result {}
