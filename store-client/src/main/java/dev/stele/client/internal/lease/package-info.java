// SPDX-License-Identifier: Apache-2.0
/**
 * Leases: acquired by requests, kept by renewals over one stream, lost by the holder's own clock.
 */
@NullMarked
package dev.stele.client.internal.lease;

import org.jspecify.annotations.NullMarked;
