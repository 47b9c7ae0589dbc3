// SPDX-License-Identifier: Apache-2.0
/** A local cluster of real server processes. */
@NullMarked
package dev.stele.cli.dev;

import org.jspecify.annotations.NullMarked;
