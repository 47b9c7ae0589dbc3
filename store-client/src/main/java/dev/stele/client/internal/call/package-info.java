// SPDX-License-Identifier: Apache-2.0
/** One request from its call to its answer, over as many attempts as it takes. */
@NullMarked
package dev.stele.client.internal.call;

import org.jspecify.annotations.NullMarked;
