// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Ticker;

/**
 * What every call needs.
 *
 * @param replies bounds the replies that callers have not taken yet
 */
public record CallRuntime(Ticker ticker, FaultPolicy faults, Budget replies) {}
