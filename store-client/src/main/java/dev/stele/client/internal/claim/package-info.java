// SPDX-License-Identifier: Apache-2.0
/** Claims: taken and given back by requests, followed by one watch for each pool. */
@NullMarked
package dev.stele.client.internal.claim;

import org.jspecify.annotations.NullMarked;
