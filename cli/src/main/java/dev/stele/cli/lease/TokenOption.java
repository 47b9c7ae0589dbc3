// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.CliException;
import dev.stele.client.LeaseRef;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A lease at one holding of it. */
final class TokenOption {
  @Parameters(paramLabel = "NAME", description = "The lease, without the kind.")
  private String name = "";

  @Option(
      names = "--token",
      paramLabel = "T",
      required = true,
      description = "The token that it is held under.")
  private long token;

  LeaseRef lease() {
    if (token < 1) {
      throw CliException.badInput("--token", token + " is none: tokens begin at 1");
    }
    return new LeaseRef(name, token);
  }
}
