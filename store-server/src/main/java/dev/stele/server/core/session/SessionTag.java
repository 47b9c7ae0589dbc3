// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.session;

/**
 * Names one write of a client session; a retry bears the tag of the first try, but for a mark that
 * may have moved on.
 *
 * @param sequence from 1
 * @param acknowledgedBelow the client knows the outcome of every write below it; 1 to {@code
 *     sequence}
 * @param storeTimeMillis store time that the client had seen before the first try
 */
public record SessionTag(
    SessionId id, long sequence, long acknowledgedBelow, long storeTimeMillis) {}
