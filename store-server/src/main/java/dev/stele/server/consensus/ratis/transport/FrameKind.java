// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import org.jspecify.annotations.Nullable;

/** What a frame carries. The order is part of the protocol: the ordinal goes over the wire. */
enum FrameKind {
  /** The first frame of a connection, of the node that was called. */
  CHALLENGE,
  /** The caller's answer to it. */
  CLAIM,
  /** The called node's proof; from here on the caller may ask. */
  WELCOME,
  VOTE,
  ELECTION,
  APPEND,
  INSTALL,
  /** The answer to one of the four above. */
  ANSWER,
  /** In the place of an answer: a text that says why there is none. */
  FAILURE;

  private static final FrameKind[] ALL = values();

  /** The kind with this number, or null when there is none. */
  static @Nullable FrameKind of(int number) {
    return number >= 0 && number < ALL.length ? ALL[number] : null;
  }
}
