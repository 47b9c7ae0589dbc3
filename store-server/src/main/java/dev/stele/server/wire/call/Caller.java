// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.port.Origin;
import io.grpc.Context;
import java.util.Optional;

/**
 * Who calls, as far as it was proved.
 *
 * @param peer id of the node that calls; empty for everyone else
 * @param forwarded whether that node passes a client's call on
 * @param origin whose work it is: that client's connection, wherever it came in
 */
public record Caller(Optional<String> peer, boolean forwarded, Origin origin) {
  /** Set for every call before it reaches its service. */
  public static final Context.Key<Caller> KEY = Context.key("stele-caller");
}
