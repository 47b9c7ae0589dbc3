// SPDX-License-Identifier: Apache-2.0
/** Who may call what, and what the nodes ask each other. */
@NullMarked
package dev.stele.server.wire.peer;

import org.jspecify.annotations.NullMarked;
