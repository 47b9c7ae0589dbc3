// SPDX-License-Identifier: Apache-2.0
/** {@code stele lease}. */
@NullMarked
package dev.stele.cli.lease;

import org.jspecify.annotations.NullMarked;
