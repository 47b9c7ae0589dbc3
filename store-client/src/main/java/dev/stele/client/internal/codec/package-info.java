// SPDX-License-Identifier: Apache-2.0
/** Bodies of the built-in kinds to their messages and back. */
@NullMarked
package dev.stele.client.internal.codec;

import org.jspecify.annotations.NullMarked;
