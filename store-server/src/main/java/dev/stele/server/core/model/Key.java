// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The key of a fact: {@code kind/name}, for instance {@code desired/prod/web}.
 *
 * <p>The kind is {@code [a-z][a-z0-9-]{0,31}}; the name is 1 to 480 bytes of UTF-8 in segments
 * split by {@code /}, none of them empty, without control characters. {@link #violation} tells what
 * is wrong with a candidate.
 */
public final class Key implements Comparable<Key> {
  private final Bytes bytes;
  private final String kind;

  private Key(Bytes bytes, String kind) {
    this.bytes = bytes;
    this.kind = kind;
  }

  /**
   * A key from text.
   *
   * @throws IllegalArgumentException when {@link #violation} has something to say
   */
  public static Key of(String text) {
    return of(Bytes.utf8(text));
  }

  /**
   * A key from bytes that may be wrong.
   *
   * @throws IllegalArgumentException when {@link #violation} has something to say
   */
  public static Key of(Bytes bytes) {
    Optional<String> violation = violation(bytes);
    if (violation.isPresent()) {
      throw new IllegalArgumentException("key " + violation.get() + ": '" + bytes + "'");
    }
    return trusted(bytes);
  }

  /**
   * A key from bytes that were checked before (those of the log and of the store), or the bound of
   * a range, which need not be a whole key.
   */
  public static Key trusted(Bytes bytes) {
    int slash = bytes.indexOf((byte) '/');
    return new Key(bytes, KindNames.intern(bytes, slash < 0 ? bytes.length() : slash));
  }

  /**
   * What is wrong with {@code candidate} as a key, to be read behind the field's name; empty when
   * nothing is.
   */
  public static Optional<String> violation(Bytes candidate) {
    int slash = candidate.indexOf((byte) '/');
    if (slash < 0) {
      return Optional.of("is not of the form kind/name");
    }
    Optional<String> kind = KindNames.violation(candidate, slash);
    if (kind.isPresent()) {
      return kind;
    }
    int nameLength = candidate.length() - slash - 1;
    if (nameLength < 1 || nameLength > Limits.NAME_MAX_BYTES) {
      return Optional.of(
          "has a name of " + nameLength + " bytes, 1 to " + Limits.NAME_MAX_BYTES + " are allowed");
    }
    return nameViolation(candidate, slash + 1);
  }

  private static Optional<String> nameViolation(Bytes candidate, int from) {
    String name;
    try {
      name = text(candidate, from);
    } catch (CharacterCodingException e) {
      return Optional.of("is not UTF-8");
    }
    char before = '/';
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c)) {
        return Optional.of("has a control character in its name");
      }
      if (c == '/' && before == '/') {
        return Optional.of("has an empty segment in its name");
      }
      before = c;
    }
    return before == '/' ? Optional.of("has an empty segment in its name") : Optional.empty();
  }

  /** The text from {@code from} on; most names are ASCII, and need no decoder. */
  private static String text(Bytes bytes, int from) throws CharacterCodingException {
    byte[] array = bytes.unsafeArray();
    int length = array.length - from;
    for (int i = from; i < array.length; i++) {
      if (array[i] < 0) {
        ByteBuffer rest = ByteBuffer.wrap(array, from, length);
        return StandardCharsets.UTF_8.newDecoder().decode(rest).toString();
      }
    }
    return new String(array, from, length, StandardCharsets.US_ASCII);
  }

  public Bytes bytes() {
    return bytes;
  }

  public String kind() {
    return kind;
  }

  /** The part behind {@code kind/}. */
  public String name() {
    return bytes.toUtf8().substring(kind.length() + 1);
  }

  @Override
  public int compareTo(Key other) {
    return bytes.compareTo(other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && bytes.equals(key.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return bytes.toUtf8();
  }
}
