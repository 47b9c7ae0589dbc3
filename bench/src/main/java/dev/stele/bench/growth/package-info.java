// SPDX-License-Identifier: Apache-2.0
/** How Stele's figures change with facts, nodes and watchers. */
@NullMarked
package dev.stele.bench.growth;

import org.jspecify.annotations.NullMarked;
