// SPDX-License-Identifier: Apache-2.0
/** The load generator on the command line. */
@NullMarked
package dev.stele.cli.load;

import org.jspecify.annotations.NullMarked;
