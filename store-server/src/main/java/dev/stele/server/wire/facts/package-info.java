// SPDX-License-Identifier: Apache-2.0
/** The clients' service: reads and writes of facts. */
@NullMarked
package dev.stele.server.wire.facts;

import org.jspecify.annotations.NullMarked;
