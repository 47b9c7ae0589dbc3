// SPDX-License-Identifier: Apache-2.0
/** Clients that ask for more than a cluster has, and do not care. */
@NullMarked
package dev.stele.jepsen.flood;

import org.jspecify.annotations.NullMarked;
