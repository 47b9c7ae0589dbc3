// SPDX-License-Identifier: Apache-2.0
/** Metrics, health and version over HTTP. */
@NullMarked
package dev.stele.server.wire.http;

import org.jspecify.annotations.NullMarked;
