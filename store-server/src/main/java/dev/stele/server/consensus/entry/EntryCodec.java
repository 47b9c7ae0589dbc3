// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Stamp;
import java.nio.ByteBuffer;
import java.util.List;

/** Log entries to bytes and back. Stateless; any thread. */
public final class EntryCodec {
  private EntryCodec() {}

  /** The bytes of an entry. */
  public static byte[] encode(Stamp stamp, List<Command> commands) {
    throw new UnsupportedOperationException();
  }

  /**
   * What the bytes say.
   *
   * @throws NewerEntryException when a newer release wrote them
   * @throws CorruptEntryException when no release wrote them
   */
  public static DecodedEntry decode(byte[] entry) {
    return decode(ByteBuffer.wrap(entry));
  }

  /** {@link #decode(byte[])} of what remains in {@code entry}, which is left as it is. */
  public static DecodedEntry decode(ByteBuffer entry) {
    throw new UnsupportedOperationException();
  }

  /** At least as many bytes as {@code command} adds to an entry; cheap. */
  public static int encodedBytes(Command command) {
    throw new UnsupportedOperationException();
  }
}
