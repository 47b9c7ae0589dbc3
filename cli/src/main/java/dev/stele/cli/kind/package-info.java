// SPDX-License-Identifier: Apache-2.0
/** {@code stele kind}: the policies of kinds. */
@NullMarked
package dev.stele.cli.kind;

import org.jspecify.annotations.NullMarked;
