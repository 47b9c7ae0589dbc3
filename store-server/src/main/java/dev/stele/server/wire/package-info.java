// SPDX-License-Identifier: Apache-2.0
/**
 * The node's API and HTTP listeners: what callers send is parsed, judged and answered here.
 *
 * <p>Nothing in here blocks an event loop. A write is answered by the thread that completes its
 * proposal; a read is handed over once, to a small pool that may wait for the disk.
 */
@NullMarked
package dev.stele.server.wire;

import org.jspecify.annotations.NullMarked;
