// SPDX-License-Identifier: Apache-2.0
/**
 * Runs the comparison: which rows, in which order, for how long, and what each of them measures.
 */
@NullMarked
package dev.stele.bench.compare.run;

import org.jspecify.annotations.NullMarked;
