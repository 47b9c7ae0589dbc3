// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Optional;

/**
 * A key, its body, and where it stands.
 *
 * @param key its key
 * @param body its body; of a raw fact the stored bytes, which are yours
 * @param createRevision of the put that made it
 * @param modRevision of its last put
 * @param version 1 after it was made, one more at each put since
 * @param lease what it is bound to
 * @param <T> the body's type
 */
public record Fact<T>(
    FactKey<T> key,
    T body,
    long createRevision,
    long modRevision,
    long version,
    Optional<LeaseRef> lease) {}
