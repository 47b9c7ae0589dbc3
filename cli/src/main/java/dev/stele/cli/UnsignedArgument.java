// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of unsigned 64 bits. */
public final class UnsignedArgument implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException other) {
      throw new TypeConversionException(
          "'" + text + "' is not a number from 0 to " + Long.toUnsignedString(-1));
    }
  }
}
