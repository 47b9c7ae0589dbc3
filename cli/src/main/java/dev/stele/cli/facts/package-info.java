// SPDX-License-Identifier: Apache-2.0
/** Reads and writes of facts. */
@NullMarked
package dev.stele.cli.facts;

import org.jspecify.annotations.NullMarked;
