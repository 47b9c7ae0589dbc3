// SPDX-License-Identifier: Apache-2.0
/** Stele: by its client, and by one RPC a call. */
@NullMarked
package dev.stele.bench.compare.peer.stele;

import org.jspecify.annotations.NullMarked;
