// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import dev.stele.server.core.session.SessionTag;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** Names for leases whose holders need none: 128 bits that nobody else has. */
final class AnonymousNames {
  private static final String PREFIX = "anonymous/";
  private static final int BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private AnonymousNames() {}

  /** Of a write under a session: each try of it asks for the same lease, at whatever node. */
  static String of(SessionTag tag) {
    ByteBuffer told = ByteBuffer.allocate(3 * Long.BYTES);
    told.putLong(tag.id().high()).putLong(tag.id().low()).putLong(tag.sequence());
    return PREFIX + HexFormat.of().formatHex(Arrays.copyOf(digest(told.array()), BYTES));
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Of a write that is tried once. */
  static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return PREFIX + HexFormat.of().formatHex(bytes);
  }
}
