// SPDX-License-Identifier: Apache-2.0
/** Watches on the wire: requests in, what watches send out. */
@NullMarked
package dev.stele.server.wire.watch;

import org.jspecify.annotations.NullMarked;
