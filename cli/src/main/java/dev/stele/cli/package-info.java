// SPDX-License-Identifier: Apache-2.0
/** The command line: what all commands share. */
@NullMarked
package dev.stele.cli;

import org.jspecify.annotations.NullMarked;
