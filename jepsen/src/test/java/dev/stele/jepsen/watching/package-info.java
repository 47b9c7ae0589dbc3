// SPDX-License-Identifier: Apache-2.0
/** What {@code stele watch} prints, and what it should have. */
@NullMarked
package dev.stele.jepsen.watching;

import org.jspecify.annotations.NullMarked;
