// SPDX-License-Identifier: Apache-2.0
/** Bodies of facts as JSON. */
@NullMarked
package dev.stele.cli.body;

import org.jspecify.annotations.NullMarked;
