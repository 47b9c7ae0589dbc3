// SPDX-License-Identifier: Apache-2.0

/**
 * What an operator sets: one table of keys ({@link dev.stele.server.boot.config.Settings}), read
 * from a file, the environment and the command line, and checked as a whole before anything starts.
 */
@NullMarked
package dev.stele.server.boot.config;

import org.jspecify.annotations.NullMarked;
