// SPDX-License-Identifier: Apache-2.0
/** Time and chance, so that tests can drive them. */
@NullMarked
package dev.stele.client.internal.time;

import org.jspecify.annotations.NullMarked;
