// SPDX-License-Identifier: Apache-2.0
/** What holders of leases do, and what is seen of it from outside. */
@NullMarked
package dev.stele.jepsen.leases;

import org.jspecify.annotations.NullMarked;
