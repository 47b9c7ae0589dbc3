// SPDX-License-Identifier: Apache-2.0
/** What is let in: connections, calls, and the bytes of their requests, all bounded. */
@NullMarked
package dev.stele.server.wire.intake;

import org.jspecify.annotations.NullMarked;
