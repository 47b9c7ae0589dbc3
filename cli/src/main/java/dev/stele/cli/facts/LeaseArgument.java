// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import dev.stele.client.LeaseRef;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code LEASE:TOKEN}. A lease's name may hold colons, so the last one counts. */
public final class LeaseArgument implements ITypeConverter<LeaseRef> {
  @Override
  public LeaseRef convert(String text) {
    int colon = text.lastIndexOf(':');
    try {
      long token = colon < 1 ? 0 : Long.parseLong(text.substring(colon + 1));
      if (token >= 1) {
        return new LeaseRef(text.substring(0, colon), token);
      }
    } catch (NumberFormatException notANumber) {
      // Said below, with the form that is right.
    }
    throw new TypeConversionException(
        "'" + text + "' is not LEASE:TOKEN, as in controllers/scheduler:41");
  }
}
