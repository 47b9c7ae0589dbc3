// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import org.jspecify.annotations.Nullable;

/** What a frame carries. Its code is part of the protocol. */
enum FrameKind {
  /** The first frame of a connection, of the node that was called. */
  CHALLENGE(1),
  /** The caller's answer to it. */
  CLAIM(2),
  /** The called node's proof; from here on the caller may ask. */
  WELCOME(3),
  VOTE(4),
  ELECTION(5),
  APPEND(6),
  INSTALL(7),
  /** The answer to one of the four above. */
  ANSWER(8),
  /** In the place of an answer: a text that says why there is none. */
  FAILURE(9);

  private static final FrameKind[] ALL = values();

  private final int code;

  FrameKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The kind with this code, or null when there is none. */
  static @Nullable FrameKind of(int code) {
    for (FrameKind kind : ALL) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }
}
