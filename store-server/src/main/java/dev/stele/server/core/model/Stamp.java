// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * What a leader puts on an entry.
 *
 * @param term of the leader that proposed it
 * @param storeTimeMillis the leader's store time when it proposed
 * @param wallClockMillis for people to read; decides nothing
 */
public record Stamp(long term, long storeTimeMillis, long wallClockMillis) {}
