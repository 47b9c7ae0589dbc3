// SPDX-License-Identifier: Apache-2.0
/** One call: how it comes in, how long it may take, how it is answered. */
@NullMarked
package dev.stele.server.wire.call;

import org.jspecify.annotations.NullMarked;
