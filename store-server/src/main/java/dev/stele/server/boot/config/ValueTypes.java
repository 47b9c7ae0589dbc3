// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/** The types that keys have. */
final class ValueTypes {
  private ValueTypes() {}

  /** Reads a text, or refuses it. */
  private interface Parser<T> {
    T parse(String text) throws BadValue;
  }

  private record Simple<T>(
      String accepts, Parser<T> parser, Function<T, String> printer, Predicate<T> allowed)
      implements ValueType<T> {
    @Override
    public T parse(String text) throws BadValue {
      T value = parser.parse(text);
      check(value);
      return value;
    }

    @Override
    public String print(T value) {
      return printer.apply(value);
    }

    @Override
    public void check(T value) throws BadValue {
      if (!allowed.test(value)) {
        throw new BadValue(accepts);
      }
    }
  }

  /** Texts that match {@code pattern}. */
  static ValueType<String> text(String pattern, String accepts) {
    return new Simple<>(accepts, text -> text, Function.identity(), text -> text.matches(pattern));
  }

  /** {@code true} and {@code false}, and nothing that only resembles them. */
  static ValueType<Boolean> flag() {
    String accepts = "true or false";
    return new Simple<>(
        accepts,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new BadValue(accepts);
            },
        String::valueOf,
        value -> true);
  }

  /** Whole numbers, both ends included. */
  static ValueType<Integer> number(int min, int max) {
    String accepts = "a whole number from " + min + " to " + max;
    return new Simple<>(
        accepts,
        text -> {
          if (!text.matches("-?[0-9]{1,9}")) {
            throw new BadValue(accepts);
          }
          return Integer.parseInt(text);
        },
        String::valueOf,
        value -> value >= min && value <= max);
  }

  /** Bytes, both ends included. */
  static ValueType<Long> size(long min, long max) {
    return new Simple<>(
        "a size from " + Quantities.printSize(min) + " to " + Quantities.printSize(max),
        Quantities::size,
        Quantities::printSize,
        value -> value >= min && value <= max);
  }

  /** Whole milliseconds, both ends included. */
  static ValueType<Duration> duration(Duration min, Duration max) {
    return new Simple<>(
        "a duration from " + Quantities.print(min) + " to " + Quantities.print(max),
        Quantities::duration,
        Quantities::print,
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  /** The constants of an enum, in lower case. */
  static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
    E[] constants = type.getEnumConstants();
    Function<E, String> printer = constant -> constant.name().toLowerCase(Locale.ROOT);
    String accepts = "one of " + String.join(", ", Arrays.stream(constants).map(printer).toList());
    return new Simple<>(
        accepts,
        text ->
            Arrays.stream(constants)
                .filter(constant -> printer.apply(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new BadValue(accepts)),
        printer,
        value -> true);
  }

  /** A folder. */
  static ValueType<Path> path() {
    return new Simple<>(
        "the path of a folder",
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new BadValue("the path of a folder; " + e.getReason());
          }
        },
        Path::toString,
        path -> !path.toString().isEmpty());
  }

  /** Where to listen; port 0 (any free one) is for {@code anyPort} only. */
  static ValueType<Endpoint> listener(boolean anyPort) {
    return new Simple<>(
        anyPort
            ? "host:port to listen on; port 0 takes any free one"
            : "host:port to listen on, with a port from 1 to 65535",
        Endpoint::parse,
        Endpoint::toString,
        endpoint -> anyPort || endpoint.port() > 0);
  }
}
