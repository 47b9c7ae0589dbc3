// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.security.SecureRandom;
import java.util.function.Supplier;

/** Names of sessions that no other client has: 128 bits from the system's source of randomness. */
public final class SessionIds implements Supplier<ByteString> {
  /** A fixed length of the protocol. */
  static final int BYTES = 16;

  private final SecureRandom random = new SecureRandom();

  @Override
  public ByteString get() {
    byte[] id = new byte[BYTES];
    random.nextBytes(id);
    return UnsafeByteOperations.unsafeWrap(id);
  }
}
