// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.FactKind;
import java.util.Optional;

/**
 * What happened to one key.
 *
 * @param type put or deleted
 * @param key of the fact
 * @param revision at which it happened
 * @param fact after a put; empty after a delete
 * @param previous before it, when the watch asks for it and there was one
 */
public record WatchEvent(
    Type type,
    FactKey<byte[]> key,
    long revision,
    Optional<Fact<byte[]>> fact,
    Optional<Fact<byte[]>> previous) {
  /** What can happen to a key. */
  public enum Type {
    PUT,
    DELETE
  }

  /**
   * {@link #fact} with its body decoded.
   *
   * @throws IllegalArgumentException when the key or the body is of another kind
   */
  public <T> Optional<Fact<T>> fact(FactKind<T> kind) {
    return fact.map(raw -> Fact.decode(raw, kind));
  }

  /**
   * {@link #previous} with its body decoded.
   *
   * @throws IllegalArgumentException when the key or the body is of another kind
   */
  public <T> Optional<Fact<T>> previous(FactKind<T> kind) {
    return previous.map(raw -> Fact.decode(raw, kind));
  }
}
