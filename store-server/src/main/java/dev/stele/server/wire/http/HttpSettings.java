// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.http;

/**
 * How the HTTP listener is run.
 *
 * @param host address to listen at
 * @param port 0 lets the system choose
 */
public record HttpSettings(String host, int port) {}
