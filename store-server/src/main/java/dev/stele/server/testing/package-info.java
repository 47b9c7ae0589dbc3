// SPDX-License-Identifier: Apache-2.0

/** Whole clusters inside one JVM, for other projects' tests and ours. */
@NullMarked
package dev.stele.server.testing;

import org.jspecify.annotations.NullMarked;
