// SPDX-License-Identifier: Apache-2.0
/** Why calls fail, and how callers are told. */
@NullMarked
package dev.stele.server.wire.error;

import org.jspecify.annotations.NullMarked;
