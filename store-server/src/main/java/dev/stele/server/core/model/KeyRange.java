// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.util.Optional;

/**
 * Keys from {@code from} to {@code to} in byte order.
 *
 * @param from inclusive
 * @param to exclusive; empty: no upper bound
 */
public record KeyRange(Bytes from, Optional<Bytes> to) {
  /** Every key. */
  public static final KeyRange ALL = new KeyRange(Bytes.EMPTY, Optional.empty());

  public static KeyRange single(Key key) {
    return new KeyRange(key.bytes(), Optional.of(key.bytes().next()));
  }

  public static KeyRange prefix(Bytes prefix) {
    return new KeyRange(prefix, prefix.prefixEnd());
  }

  /** Whether no key can be in it. */
  public boolean isEmpty() {
    return to.isPresent() && to.get().compareTo(from) <= 0;
  }

  public boolean contains(Key key) {
    return from.compareTo(key.bytes()) <= 0
        && (to.isEmpty() || key.bytes().compareTo(to.get()) < 0);
  }

  /** The same range, begun behind {@code last}. */
  public KeyRange after(Key last) {
    return new KeyRange(last.bytes().next(), to);
  }
}
