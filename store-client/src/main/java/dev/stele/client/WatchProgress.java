// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * A mark in the stream.
 *
 * @param revision through which everything that is selected was handed over before
 * @param leaderKnown whether the node hears of a leader; when not, the present may be elsewhere
 * @param node the id of the node that sent it
 */
public record WatchProgress(long revision, boolean leaderKnown, String node) {}
