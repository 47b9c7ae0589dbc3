// SPDX-License-Identifier: Apache-2.0
/**
 * Leases on the wire: acquisitions and their waiting, renewals one by one and in streams, reads.
 */
@NullMarked
package dev.stele.server.wire.lease;

import org.jspecify.annotations.NullMarked;
