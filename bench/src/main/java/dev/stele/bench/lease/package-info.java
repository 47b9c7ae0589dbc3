// SPDX-License-Identifier: Apache-2.0
/** Leases under load: many that one process renews, and many who wait for one. */
@NullMarked
package dev.stele.bench.lease;

import org.jspecify.annotations.NullMarked;
