// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.FactKind;
import java.util.Objects;

/**
 * The key of a fact, {@code kind/name}, with the type of its body. The server checks its syntax.
 * Immutable; two keys are equal when their texts are. Keep the keys that you use often: each holds
 * its encoded bytes.
 *
 * @param <T> the body's type
 */
public final class FactKey<T> {
  private final FactKind<T> kind;
  private final String text;
  private final byte[] utf8;

  private FactKey(FactKind<T> kind, String text) {
    this.kind = Objects.requireNonNull(kind, "kind");
    this.text = Objects.requireNonNull(text, "text");
    this.utf8 = Utf8.encode("key", text);
  }

  /**
   * The key of {@code name} in {@code kind}.
   *
   * @throws IllegalArgumentException when the name is no well-formed Unicode
   */
  public static <T> FactKey<T> of(FactKind<T> kind, String name) {
    return new FactKey<>(kind, kind.name() + "/" + name);
  }

  /**
   * A key from its whole text, whatever it is, so that the server can say what is wrong with it.
   *
   * @throws IllegalArgumentException when the text is no well-formed Unicode
   */
  public static <T> FactKey<T> parse(FactKind<T> kind, String text) {
    return new FactKey<>(kind, text);
  }

  /** The kind, with the codec of the body. */
  public FactKind<T> kind() {
    return kind;
  }

  /** The whole text, {@code kind/name}. */
  public String text() {
    return text;
  }

  /** The part behind {@code kind/}; the whole text when there is no slash. */
  public String name() {
    return text.substring(text.indexOf('/') + 1);
  }

  /** The text as UTF-8. Not a copy: leave it alone. */
  public byte[] utf8() {
    return utf8;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FactKey<?> that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
