// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

/** How log lines are written. */
public enum LogFormat {
  /** For people: a sentence, and {@code key=value}. */
  TEXT,
  /** For machines: one JSON object a line. */
  JSON
}
