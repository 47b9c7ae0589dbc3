// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

/**
 * Turns bodies into bytes and back. Implementations are thread-safe and keep no reference to the
 * arrays.
 *
 * @param <T> the body's type
 */
public interface BodyCodec<T> {
  /** The bytes to be stored. */
  byte[] encode(T body);

  /**
   * The body that {@link #encode} made {@code bytes} of.
   *
   * @throws IllegalArgumentException when {@code bytes} are none of its own
   */
  T decode(byte[] bytes);
}
