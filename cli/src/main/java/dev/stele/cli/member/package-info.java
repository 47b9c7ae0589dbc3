// SPDX-License-Identifier: Apache-2.0
/** {@code stele member}: who is there. */
@NullMarked
package dev.stele.cli.member;

import org.jspecify.annotations.NullMarked;
