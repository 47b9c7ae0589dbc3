// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * Where a key was deleted. It stays until compaction passes it, so that the state before the delete
 * can be found by walking back.
 */
public record Tombstone(Key key, Position modified) implements Row {}
