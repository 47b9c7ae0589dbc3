// SPDX-License-Identifier: Apache-2.0
/** What is printed, for people and for programs. */
@NullMarked
package dev.stele.cli.output;

import org.jspecify.annotations.NullMarked;
