// SPDX-License-Identifier: Apache-2.0
/** The Java client: facts, leases and watches, with no transport types in its API. */
@NullMarked
package dev.stele.client;

import org.jspecify.annotations.NullMarked;
