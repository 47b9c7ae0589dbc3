// SPDX-License-Identifier: Apache-2.0
/** Watches: a stream to one node at a time, and what makes of many such streams one. */
@NullMarked
package dev.stele.client.internal.watch;

import org.jspecify.annotations.NullMarked;
