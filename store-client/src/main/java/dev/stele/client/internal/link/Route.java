// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

/** Where a request wants to go. */
public enum Route {
  /** To the leader if one is known: writes and linearizable reads. */
  LEADER,
  /** To the endpoint that this client has settled on. */
  ANY
}
