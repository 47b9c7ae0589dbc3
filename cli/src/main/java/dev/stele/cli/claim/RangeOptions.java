// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.cli.CliException;
import dev.stele.client.kind.Pool;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the items of a pool come from, when they need not be listed; one of them. */
final class RangeOptions {
  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,20})-(\\d{1,20})");
  private static final Pattern ADDRESSES = Pattern.compile("([0-9.]+)-([0-9.]+)");
  private static final Pattern SUBNETS = Pattern.compile("([0-9.]+/\\d{1,2})/(\\d{1,2})");

  @Option(
      names = "--numbers",
      paramLabel = "FIRST-LAST",
      description = "Numbers, both ends included: 8000-8999.")
  private @Nullable String numbers;

  @Option(
      names = "--addresses",
      paramLabel = "FIRST-LAST",
      description = "IPv4 addresses, both ends included: 10.0.0.10-10.0.0.99.")
  private @Nullable String addresses;

  @Option(
      names = "--subnets",
      paramLabel = "NETWORK/BITS",
      description = "The networks of BITS in NETWORK: 10.0.0.0/16/24 for 256 of them.")
  private @Nullable String subnets;

  /** The range that was asked for. The store checks that it is one. */
  Pool.Range range() {
    if (numbers != null) {
      Matcher form = matched("--numbers", NUMBERS, numbers, "8000-8999");
      return new Pool.Numbers(number(form.group(1)), number(form.group(2)));
    }
    if (addresses != null) {
      Matcher form = matched("--addresses", ADDRESSES, addresses, "10.0.0.10-10.0.0.99");
      return new Pool.Addresses(form.group(1), form.group(2));
    }
    if (subnets != null) {
      Matcher form = matched("--subnets", SUBNETS, subnets, "10.0.0.0/16/24");
      return new Pool.Subnets(form.group(1), Integer.parseInt(form.group(2)));
    }
    return new Pool.Listed();
  }

  private static long number(String digits) {
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException tooLarge) {
      throw CliException.badInput("--numbers", digits + " has more than 64 bits");
    }
  }

  private static Matcher matched(String option, Pattern pattern, String text, String example) {
    Matcher form = pattern.matcher(text);
    if (!form.matches()) {
      throw CliException.badInput(option, "'" + text + "' is not of the form " + example);
    }
    return form;
  }
}
