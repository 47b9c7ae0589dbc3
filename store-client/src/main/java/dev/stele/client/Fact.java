// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.FactKind;
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
    Optional<LeaseRef> lease) {
  /**
   * A raw fact with its body decoded.
   *
   * @throws IllegalArgumentException when the key or the body is of another kind
   */
  public static <T> Fact<T> decode(Fact<byte[]> raw, FactKind<T> kind) {
    String text = raw.key().text();
    if (!text.startsWith(kind.name() + "/")) {
      throw new IllegalArgumentException(text + " is not of kind " + kind.name());
    }
    return new Fact<>(
        FactKey.parse(kind, text),
        kind.codec().decode(raw.body()),
        raw.createRevision(),
        raw.modRevision(),
        raw.version(),
        raw.lease());
  }
}
