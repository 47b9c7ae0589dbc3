// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class WholeArrayTest {
  private final byte[] array = new byte[1_000];

  WholeArrayTest() {
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) i;
    }
  }

  @Test
  void anArrayThatIsTheWholeValueIsNotCopied() {
    assertThat(WholeArray.of(UnsafeByteOperations.unsafeWrap(array))).isSameAs(array);
  }

  @Test
  void aPartOfAnArrayIsCopied() {
    ByteString value = UnsafeByteOperations.unsafeWrap(array);
    assertThat(WholeArray.of(value.substring(1))).isEqualTo(value.substring(1).toByteArray());
    assertThat(WholeArray.of(value.substring(0, 999)))
        .isEqualTo(value.substring(0, 999).toByteArray());
  }

  @Test
  void aValueInPiecesIsPutTogether() {
    ByteString pieces =
        UnsafeByteOperations.unsafeWrap(array).concat(UnsafeByteOperations.unsafeWrap(array));
    assertThat(WholeArray.of(pieces)).isEqualTo(pieces.toByteArray()).hasSize(2_000);
  }

  @Test
  void aValueOutsideTheHeapIsCopied() {
    ByteBuffer direct = ByteBuffer.allocateDirect(array.length).put(array).flip();
    assertThat(WholeArray.of(UnsafeByteOperations.unsafeWrap(direct))).isEqualTo(array);
  }

  @Test
  void nothingIsNothing() {
    assertThat(WholeArray.of(ByteString.EMPTY)).isEmpty();
  }
}
