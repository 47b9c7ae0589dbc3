// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

/**
 * A lease was released or taken away, and what was bound to it followed its kinds' policies.
 *
 * @param revision of all that
 */
public record LeaseEnded(long revision) implements Result {}
