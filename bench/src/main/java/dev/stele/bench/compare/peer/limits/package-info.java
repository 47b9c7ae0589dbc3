// SPDX-License-Identifier: Apache-2.0
/** What there is to gain at most: a call without a store, and a log without a store. */
@NullMarked
package dev.stele.bench.compare.peer.limits;

import org.jspecify.annotations.NullMarked;
