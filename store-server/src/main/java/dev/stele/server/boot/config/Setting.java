// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import java.util.List;
import java.util.Locale;

/**
 * One key of the configuration. Everything that is said about a key anywhere comes from here:
 * parsing, errors, the default file, what {@code config print} shows.
 *
 * @param <T> the type of its value; immutable, and equal by value
 */
public final class Setting<T> {
  /** What stands for a secret wherever values are shown. */
  public static final String MASK = "********";

  private final String name;
  private final ValueType<T> type;
  private final T defaultValue;
  private final String doc;
  private final boolean secret;

  Setting(String name, ValueType<T> type, T defaultValue, String doc) {
    this(name, type, defaultValue, doc, false);
  }

  private Setting(String name, ValueType<T> type, T defaultValue, String doc, boolean secret) {
    this.name = name;
    this.type = type;
    this.defaultValue = defaultValue;
    this.doc = doc;
    this.secret = secret;
  }

  Setting<T> asSecret() {
    return new Setting<>(name, type, defaultValue, doc, true);
  }

  /** {@code section.key}. */
  public String name() {
    return name;
  }

  /** The variable that sets it: {@code STELE_SECTION_KEY}. */
  public String environmentVariable() {
    return "STELE_" + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** What it does, in sentences, for people. */
  public String doc() {
    return doc;
  }

  /** What it accepts, for people. */
  public String accepts() {
    return type.accepts();
  }

  /** Whether its value is shown to nobody. */
  public boolean isSecret() {
    return secret;
  }

  /** Its value where nobody sets it. */
  public T defaultValue() {
    return defaultValue;
  }

  T parse(String text) throws BadValue {
    return type.parse(text);
  }

  String print(T value) {
    return type.print(value);
  }

  /** {@code value}'s text as it may be shown to anybody. */
  String show(T value) {
    String text = print(value);
    return secret && !text.isEmpty() ? MASK : text;
  }

  /**
   * The value, if it is in range.
   *
   * @throws ConfigException if it is not
   */
  T require(T value) {
    try {
      type.check(value);
      return value;
    } catch (BadValue bad) {
      throw new ConfigException(List.of(wrong(show(value), bad)));
    }
  }

  /** The error for a value that is none. */
  ConfigProblem wrong(String shown, BadValue bad) {
    String hint = bad.getMessage().equals(accepts()) ? "" : ": " + bad.getMessage();
    return new ConfigProblem(
        List.of(name), "\"" + shown + "\" is wrong; right is " + accepts() + hint);
  }

  @Override
  public String toString() {
    return name;
  }
}
