// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.hash.Fingerprint;
import dev.stele.server.core.hash.Xxh64;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class Xxh64Test {
  /** The generator of the input of xxHash's own sanity check. */
  private static final long BYTE_GENERATOR = 0x9E3779B185EBCA8DL;

  private static final long PRIME_32 = 0x9E3779B1L;

  @Test
  void itHashesAsThePublishedVectorsDo() {
    assertThat(Xxh64.hash(sanity(0), 0)).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(Xxh64.hash(sanity(0), PRIME_32)).isEqualTo(0xAC75FDA2929B17EFL);
    assertThat(Xxh64.hash(sanity(1), 0)).isEqualTo(0xE934A84ADB052768L);
    assertThat(Xxh64.hash(sanity(1), PRIME_32)).isEqualTo(0x5014607643A9B4C3L);
    assertThat(Xxh64.hash(sanity(4), 0)).isEqualTo(0x9136A0DCA57457EEL);
    assertThat(Xxh64.hash(sanity(14), 0)).isEqualTo(0x8282DCC4994E35C8L);
    assertThat(Xxh64.hash(sanity(14), PRIME_32)).isEqualTo(0xC3BD6BF63DEB6DF0L);
    assertThat(Xxh64.hash(sanity(222), 0)).isEqualTo(0xB641AE8CB691C174L);
    assertThat(Xxh64.hash(sanity(222), PRIME_32)).isEqualTo(0x20CB8AB7AE10C14AL);
  }

  @Test
  void itHashesTextAsOthersDo() {
    assertThat(hash("a")).isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(hash("abc")).isEqualTo(0x44BC2CF5AD770999L);
  }

  @Property
  void aNumberIsItsEightBytesLowestFirst(@ForAll long value, @ForAll long seed) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    assertThat(Xxh64.hash(value, seed)).isEqualTo(Xxh64.hash(bytes, seed));
  }

  @Test
  void fieldsDoNotRunIntoEachOther() {
    assertThat(Fingerprint.of(1).add("ab").add("c").value())
        .isNotEqualTo(Fingerprint.of(1).add("a").add("bc").value());
    assertThat(Fingerprint.of(1).add("").add("a").value())
        .isNotEqualTo(Fingerprint.of(1).add("a").value());
    assertThat(Fingerprint.of(1).add("a").value()).isNotEqualTo(Fingerprint.of(2).add("a").value());
  }

  private static long hash(String text) {
    return Xxh64.hash(text.getBytes(StandardCharsets.US_ASCII), 0);
  }

  private static byte[] sanity(int length) {
    byte[] bytes = new byte[length];
    long generator = PRIME_32;
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (generator >>> 56);
      generator *= BYTE_GENERATOR;
    }
    return bytes;
  }
}
