// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

/**
 * The values that a key can have, and how they are written.
 *
 * @param <T> immutable, and equal by value
 */
interface ValueType<T> {
  /** The value that {@code text} means. */
  T parse(String text) throws BadValue;

  /** The text that {@link #parse} reads back to an equal value. */
  String print(T value);

  /** Refuses a value out of range, wherever it comes from. */
  void check(T value) throws BadValue;

  /** What is accepted, for people: {@code a duration from 50ms to 60s}. */
  String accepts();
}
