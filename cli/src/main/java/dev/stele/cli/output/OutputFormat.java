// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.output;

import java.util.List;
import java.util.Locale;

/** For whom a command prints. */
public enum OutputFormat {
  /** People. */
  TABLE,
  /** Programs: one document on one line. */
  JSON;

  /** What the arguments ask for, also when they are wrong otherwise. */
  public static OutputFormat askedBy(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean next = argument.equals("-o") || argument.equals("--output");
      String value =
          next && i + 1 < arguments.size()
              ? arguments.get(i + 1)
              : argument.replaceFirst("^(-o=?|--output=)", "");
      if ((next || !value.equals(argument)) && value.toLowerCase(Locale.ROOT).equals("json")) {
        return JSON;
      }
    }
    return TABLE;
  }
}
