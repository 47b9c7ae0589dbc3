// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.session;

import dev.stele.server.core.hash.Fingerprint;
import dev.stele.server.core.model.Bytes;

/**
 * What a write was answered, for when it is sent again.
 *
 * @param fingerprint of the write, to tell a retry from another write under the same sequence
 * @param reply the encoded result
 * @param hash what it adds to the state's hash
 */
public record StoredReply(long sequence, long fingerprint, Bytes reply, long hash) {
  private static final int HASH_TYPE = 3;

  /** What a reply takes beside its bytes, about. */
  private static final int OVERHEAD_BYTES = 24;

  public static StoredReply of(long sequence, long fingerprint, Bytes reply) {
    long hash =
        Fingerprint.of(HASH_TYPE).add(sequence).add(fingerprint).add(reply.unsafeArray()).value();
    return new StoredReply(sequence, fingerprint, reply, hash);
  }

  /** What it counts against the bound of all sessions. */
  public long sizeBytes() {
    return (long) OVERHEAD_BYTES + reply.length();
  }
}
