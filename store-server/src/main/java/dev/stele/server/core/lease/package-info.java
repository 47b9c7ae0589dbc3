// SPDX-License-Identifier: Apache-2.0
/** Leases as the core keeps them. */
package dev.stele.server.core.lease;
