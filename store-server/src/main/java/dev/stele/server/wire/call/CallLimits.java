// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.wire.ApiSettings;
import java.time.Duration;

/** Bounds of a call on the wire. */
public final class CallLimits {
  /**
   * gRPC cuts off what is longer than this before we see it, and then gives no reason. What lies
   * between our limit and this one is refused by us, with a reason.
   */
  public static final int TRANSPORT_MAX_BYTES = 2 * ApiSettings.REQUEST_MAX_BYTES;

  /** What a caller is given to send a request, from its headers on. */
  public static final Duration REQUEST_TIME = Duration.ofSeconds(10);

  /** What a caller is given, after its call's deadline, to take the reply. */
  public static final Duration REPLY_TIME = Duration.ofSeconds(10);

  private CallLimits() {}
}
