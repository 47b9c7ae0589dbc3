// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;

/**
 * A small document with its checksum, which the server checks when the fact is written. Immutable.
 */
public final class ConfigDocument {
  private final String contentType;
  private final byte[] document;
  private final byte[] sha256;

  private ConfigDocument(String contentType, byte[] document, byte[] sha256) {
    this.contentType = Objects.requireNonNull(contentType, "contentType");
    this.document = document.clone();
    this.sha256 = sha256.clone();
  }

  /** A document with the checksum that it has. */
  public static ConfigDocument of(String contentType, byte[] document) {
    return new ConfigDocument(contentType, document, digest(document));
  }

  /** A text as UTF-8, with the checksum that it has. */
  public static ConfigDocument text(String contentType, String document) {
    return of(contentType, document.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A document with the checksum that somebody else says it has.
   *
   * @param sha256 32 bytes, or none to leave the document unchecked
   */
  public static ConfigDocument withChecksum(String contentType, byte[] document, byte[] sha256) {
    return new ConfigDocument(contentType, document, sha256);
  }

  /** For instance {@code application/json}. */
  public String contentType() {
    return contentType;
  }

  /** A copy of the document. */
  public byte[] document() {
    return document.clone();
  }

  /** The document read as UTF-8. */
  public String text() {
    return new String(document, StandardCharsets.UTF_8);
  }

  /** A copy of the checksum: 32 bytes, or none when the document is unchecked. */
  public byte[] sha256() {
    return sha256.clone();
  }

  /** Whether the checksum is that of the document; an unchecked one does not match. */
  public boolean checksumMatches() {
    return MessageDigest.isEqual(sha256, digest(document));
  }

  private static byte[] digest(byte[] document) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(document);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfigDocument that
        && contentType.equals(that.contentType)
        && Arrays.equals(document, that.document)
        && Arrays.equals(sha256, that.sha256);
  }

  @Override
  public int hashCode() {
    return 31 * contentType.hashCode() + Arrays.hashCode(document);
  }

  @Override
  public String toString() {
    return "ConfigDocument[" + contentType + ", " + document.length + " bytes]";
  }
}
