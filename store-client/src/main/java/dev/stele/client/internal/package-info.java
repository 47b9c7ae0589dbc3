// SPDX-License-Identifier: Apache-2.0
/** How the client does it: not for use from outside, and free to change. */
@NullMarked
package dev.stele.client.internal;

import org.jspecify.annotations.NullMarked;
