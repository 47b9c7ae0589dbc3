// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

/** The least that is worth a log line. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
