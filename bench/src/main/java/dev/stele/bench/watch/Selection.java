// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

/**
 * Keys that a watch sees.
 *
 * @param from the first
 * @param whole whether {@code from} is a prefix, and not the one key
 */
record Selection(String from, boolean whole) {
  static Selection key(String key) {
    return new Selection(key, false);
  }

  static Selection prefix(String prefix) {
    return new Selection(prefix, true);
  }
}
