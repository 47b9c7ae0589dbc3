// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.peer;

import dev.stele.server.port.PeerIdentity;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** How nodes prove to each other, in a call's headers, that they are of one cluster. */
public final class Credentials {
  /** Who calls. */
  static final Metadata.Key<String> MEMBER = key(PeerIdentity.MEMBER_HEADER);

  static final Metadata.Key<String> SECRET = key(PeerIdentity.SECRET_HEADER);

  /**
   * The call is a client's, passed on by this node: it is not to be passed on again. Names the
   * client's connection.
   */
  public static final Metadata.Key<String> FORWARDED = key("stele-forwarded");

  private Credentials() {}

  /** The headers that prove {@code identity}. */
  public static Metadata of(PeerIdentity identity) {
    Metadata headers = new Metadata();
    headers.put(MEMBER, identity.memberId());
    headers.put(SECRET, identity.secret());
    return headers;
  }

  /** Whether {@code shown} is {@code expected}, in a time that tells nothing of either. */
  static boolean matches(String expected, @Nullable String shown) {
    // Digests are of one length, so that the length is no secret either.
    return MessageDigest.isEqual(sha256(expected), sha256(shown == null ? "" : shown))
        && shown != null
        && !expected.isEmpty();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every JDK has SHA-256", e);
    }
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
