// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * All pages of a list were walked.
 *
 * @param revision the one revision of all of them
 * @param count facts that were visited
 */
public record Walked(long revision, long count) {}
