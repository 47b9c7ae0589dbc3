// SPDX-License-Identifier: Apache-2.0
/** Who has applied a revision: asked of any node, gathered from all. */
@NullMarked
package dev.stele.server.wire.applied;

import org.jspecify.annotations.NullMarked;
