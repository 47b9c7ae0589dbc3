// SPDX-License-Identifier: Apache-2.0
/** Claims on the wire. */
@NullMarked
package dev.stele.server.wire.claim;

import org.jspecify.annotations.NullMarked;
