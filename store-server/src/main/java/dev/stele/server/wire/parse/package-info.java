// SPDX-License-Identifier: Apache-2.0
/** Requests as the core's commands and questions: what the request alone tells is refused here. */
@NullMarked
package dev.stele.server.wire.parse;

import org.jspecify.annotations.NullMarked;
