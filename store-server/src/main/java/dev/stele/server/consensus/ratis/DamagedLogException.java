// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A Raft log from which something may be missing that this node has acknowledged; says where, and
 * what to do. Nothing was changed, and the node does not start: with such a log it could elect a
 * leader that lacks what was promised.
 */
public final class DamagedLogException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final String ADVICE =
      ". A node must not go on with less than it acknowledged. Put its data back as they were at"
          + " its last stop, or remove them and let the node join under a new node.id.";

  private DamagedLogException(String message) {
    super(message + ADVICE);
  }

  /** The bytes at {@code offset} of {@code file} are not what was written. */
  static DamagedLogException at(Path file, long offset, String problem) {
    return new DamagedLogException(
        "the Raft log is damaged in " + file + " at offset " + offset + ": " + problem);
  }

  /** The files of {@code directory} are whole, and don't fit together or to the store. */
  static DamagedLogException in(Path directory, String problem) {
    return new DamagedLogException("the Raft log in " + directory + " is not whole: " + problem);
  }
}
