// SPDX-License-Identifier: Apache-2.0
/**
 * Watches: each one a cursor on the history of revisions, fed from a shared ring of recent ones or,
 * when it is behind that, from the store. No write waits for a watch, and no watch for another.
 */
@NullMarked
package dev.stele.server.watch;

import org.jspecify.annotations.NullMarked;
