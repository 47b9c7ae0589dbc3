// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * A put took effect.
 *
 * @param revision of the put: the fact's mod revision
 * @param createRevision of the put that made the fact; {@code revision} when it was this one
 * @param version 1 when this put made the fact, one more than before otherwise
 * @param duplicate whether the answer is the stored one of an earlier try
 * @param info who answered
 */
public record Written(
    long revision, long createRevision, long version, boolean duplicate, ResponseInfo info) {}
