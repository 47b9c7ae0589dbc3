// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Optional;

/**
 * One change of a key.
 *
 * @param revision at which it changed
 * @param fact after the change; empty when the change deleted it
 * @param previousRevision of the key's change before this one; 0 when there is none, and for what
 *     stood at the floor: what was before that is compacted
 * @param <T> the body's type
 */
public record FactChange<T>(long revision, Optional<Fact<T>> fact, long previousRevision) {}
