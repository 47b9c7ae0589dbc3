// SPDX-License-Identifier: Apache-2.0
/**
 * Measures how changes reach those who watch: by the protocol itself, because on the machine that
 * runs the nodes too, each microsecond that a client spends on an event is missing elsewhere.
 */
@NullMarked
package dev.stele.bench.watch;

import org.jspecify.annotations.NullMarked;
