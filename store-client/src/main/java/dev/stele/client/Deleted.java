// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * A delete took effect.
 *
 * @param revision where the store stands after it; not raised when nothing was found
 * @param count facts that are gone
 * @param duplicate whether the answer is the stored one of an earlier try
 * @param info who answered
 */
public record Deleted(long revision, long count, boolean duplicate, ResponseInfo info) {}
