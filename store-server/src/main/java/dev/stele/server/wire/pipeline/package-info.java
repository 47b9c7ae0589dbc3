// SPDX-License-Identifier: Apache-2.0
/** Many calls on one stream, each served as if it came alone. */
@NullMarked
package dev.stele.server.wire.pipeline;

import org.jspecify.annotations.NullMarked;
