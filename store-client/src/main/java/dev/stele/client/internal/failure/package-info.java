// SPDX-License-Identifier: Apache-2.0
/** What a failed attempt means. */
@NullMarked
package dev.stele.client.internal.failure;

import org.jspecify.annotations.NullMarked;
