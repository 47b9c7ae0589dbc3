// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.entry.DecodedEntry;
import dev.stele.server.consensus.entry.EntryCodec;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.model.Stamp;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.junit.jupiter.api.Test;

final class EntryBytesTest {
  private static final Stamp STAMP = new Stamp(1, 2, 3);
  private static final List<Command> COMMANDS = Collections.nCopies(100, new Compact(7));
  private static final DecodedEntry ENTRY = new DecodedEntry(STAMP, COMMANDS);

  private final byte[] encoded = EntryCodec.encode(STAMP, COMMANDS);

  @Test
  void anEntryInOneArrayIsDecoded() {
    assertThat(EntryBytes.decode(ByteString.copyFrom(encoded))).isEqualTo(ENTRY);
  }

  @Test
  void anEntryInAPartOfAnArrayIsDecoded() {
    ByteString padded = ByteString.copyFrom(new byte[9]).concat(ByteString.copyFrom(encoded));
    ByteString part = ByteString.copyFrom(padded.toByteArray()).substring(9);
    assertThat(EntryBytes.decode(part)).isEqualTo(ENTRY);
  }

  @Test
  void anEntryInPiecesIsDecoded() {
    ByteString whole = ByteString.copyFrom(encoded);
    int cut = encoded.length / 2;
    // Concatenations of this size are kept as trees.
    assertThat(EntryBytes.decode(whole.substring(0, cut).concat(whole.substring(cut))))
        .isEqualTo(ENTRY);
  }

  @Test
  void anEntryOutsideTheHeapIsDecoded() {
    ByteBuffer direct = ByteBuffer.allocateDirect(encoded.length).put(encoded).flip();
    assertThat(EntryBytes.decode(UnsafeByteOperations.unsafeWrap(direct))).isEqualTo(ENTRY);
  }
}
