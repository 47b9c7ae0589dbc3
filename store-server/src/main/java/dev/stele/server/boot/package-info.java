// SPDX-License-Identifier: Apache-2.0

/**
 * One node, put together: configuration, data directory, the order of start and stop, and what
 * happens when a node can't go on. The only package that knows all the others.
 */
@NullMarked
package dev.stele.server.boot;

import org.jspecify.annotations.NullMarked;
