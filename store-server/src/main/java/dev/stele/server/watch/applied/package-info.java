// SPDX-License-Identifier: Apache-2.0
/**
 * What named watchers say they have done. Soft state: each node keeps the word of the watchers that
 * hang on it, in memory, and whoever wants to know asks all nodes.
 */
@NullMarked
package dev.stele.server.watch.applied;

import org.jspecify.annotations.NullMarked;
