// SPDX-License-Identifier: Apache-2.0
/** Claimers that take and give back, and whether what history tells of it may be. */
@NullMarked
package dev.stele.jepsen.claims;

import org.jspecify.annotations.NullMarked;
