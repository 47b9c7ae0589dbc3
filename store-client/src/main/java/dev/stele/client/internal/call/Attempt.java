// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;

/** One attempt of a request at one endpoint. Its request is told once what came of it. */
interface Attempt {
  EndpointLink link();

  /** What was known of the store when it was sent. */
  History.Known sentUnder();

  void start(long nowNanos, long timeoutNanos);

  /** Nobody waits for its outcome any more. */
  void cancel();
}
