// SPDX-License-Identifier: Apache-2.0
/**
 * Client sessions: what makes a write take effect once however often it is sent.
 *
 * <p>A {@link dev.stele.client.internal.session.Session} numbers writes. Its mark is the lowest
 * number whose write is still under way; it goes along with every write, and the store forgets the
 * answers below it. A write leaves its session when it will never be sent again, whatever came of
 * it: answered, refused, or given up on. So a write that nobody waits for any more holds no window,
 * and its number is never given to another one. Should a late copy of it still reach the store, it
 * finds the mark past it, or its time too old, or takes effect for the first time.
 */
@NullMarked
package dev.stele.client.internal.session;

import org.jspecify.annotations.NullMarked;
