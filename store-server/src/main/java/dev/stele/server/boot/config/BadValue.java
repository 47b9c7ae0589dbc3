// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

/** A text that is no value of its type; the message says what would be right. */
final class BadValue extends Exception {
  private static final long serialVersionUID = 1L;

  BadValue(String whatWouldBeRight) {
    super(whatWouldBeRight);
  }
}
