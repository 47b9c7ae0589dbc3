// SPDX-License-Identifier: Apache-2.0
/** One node as a process, its configuration and its log. */
@NullMarked
package dev.stele.cli.server;

import org.jspecify.annotations.NullMarked;
