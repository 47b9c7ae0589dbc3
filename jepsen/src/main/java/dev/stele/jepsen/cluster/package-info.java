// SPDX-License-Identifier: Apache-2.0
/** Real server processes, and what can be done to them. */
@NullMarked
package dev.stele.jepsen.cluster;

import org.jspecify.annotations.NullMarked;
