// SPDX-License-Identifier: Apache-2.0
/** Load of members: many that say the same of themselves again and again. */
@NullMarked
package dev.stele.bench.member;

import org.jspecify.annotations.NullMarked;
