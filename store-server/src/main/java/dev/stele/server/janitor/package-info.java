// SPDX-License-Identifier: Apache-2.0
/**
 * Work that needs one owner, done by whoever leads: history that is kept no longer, sessions that
 * nobody uses, drains that took too long. In bounded steps, on one thread that waits for nobody.
 */
@NullMarked
package dev.stele.server.janitor;

import org.jspecify.annotations.NullMarked;
