// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.kind.Claim;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code POOL/ITEM}, or the whole key {@code claim/POOL/ITEM}. */
public final class ClaimArgument implements ITypeConverter<FactKey<Claim>> {
  private static final String KIND = "claim/";

  @Override
  public FactKey<Claim> convert(String text) {
    String name = text.startsWith(KIND) ? text.substring(KIND.length()) : text;
    int slash = name.lastIndexOf('/');
    if (slash < 1 || slash == name.length() - 1) {
      throw new TypeConversionException(
          "'" + text + "' is no claim: write POOL/ITEM, as in shards/7");
    }
    return Keys.claim(name);
  }
}
