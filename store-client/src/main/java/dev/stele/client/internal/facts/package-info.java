// SPDX-License-Identifier: Apache-2.0
/** Facts to messages and back. */
@NullMarked
package dev.stele.client.internal.facts;

import org.jspecify.annotations.NullMarked;
