// SPDX-License-Identifier: Apache-2.0
/** The same load on Stele and on its peers, in one run on one machine. */
@NullMarked
package dev.stele.bench.compare;

import org.jspecify.annotations.NullMarked;
