// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.CliException;
import dev.stele.client.LeaseRef;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A member at one life of it. */
final class LifeOption {
  private static final String LEASES = "member/";

  @Parameters(paramLabel = "NAME", description = "The member, without the kind.")
  private String name = "";

  @Option(
      names = "--token",
      paramLabel = "T",
      required = true,
      description = "Of its registration, which found it in STELE_TOKEN.")
  private long token;

  String name() {
    return name;
  }

  LeaseRef lease() {
    if (token < 1) {
      throw CliException.badInput("--token", token + " is none: tokens begin at 1");
    }
    return new LeaseRef(LEASES + name, token);
  }
}
