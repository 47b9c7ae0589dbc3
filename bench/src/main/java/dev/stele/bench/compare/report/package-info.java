// SPDX-License-Identifier: Apache-2.0
/** What a comparison found, next to what it must be: medians, ratios, marks, files. */
@NullMarked
package dev.stele.bench.compare.report;

import org.jspecify.annotations.NullMarked;
