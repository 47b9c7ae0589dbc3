// SPDX-License-Identifier: Apache-2.0
/**
 * What stands between a parsed write and consensus: the policies of kinds, where they need not or
 * can't be decided by the core. A schema is checked here, and a budget kept; whether the kind is
 * there, its size and its count are looked at here so that what can't succeed never reaches the
 * log, and decided by the core.
 */
@NullMarked
package dev.stele.server.admission;

import org.jspecify.annotations.NullMarked;
