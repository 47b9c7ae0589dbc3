// SPDX-License-Identifier: Apache-2.0
/** {@code stele claim}: who owns what. */
@NullMarked
package dev.stele.cli.claim;

import org.jspecify.annotations.NullMarked;
