// SPDX-License-Identifier: Apache-2.0
/** The operator's view of all nodes. */
@NullMarked
package dev.stele.server.wire.cluster;

import org.jspecify.annotations.NullMarked;
