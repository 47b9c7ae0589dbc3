// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import dev.stele.client.ReadMode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How fresh a read must be. */
final class ReadOptions {
  @ArgGroup private @Nullable Choice choice;

  /** One of them at most. */
  static final class Choice {
    @Option(
        names = "--at",
        paramLabel = "REVISION",
        description = "As it stood at this revision, until that is compacted.")
    private @Nullable Long at;

    @Option(
        names = "--at-least",
        paramLabel = "REVISION",
        description = "From any node, once it has applied this revision.")
    private @Nullable Long atLeast;

    @Option(
        names = "--local",
        description =
            "From any node, at once, also without a majority. Says how old the answer may be.")
    private boolean local;
  }

  ReadMode mode() {
    if (choice == null) {
      return ReadMode.linearizable();
    }
    if (choice.at != null) {
      return ReadMode.at(choice.at);
    }
    return choice.atLeast != null ? ReadMode.atLeast(choice.atLeast) : ReadMode.local();
  }

  boolean isLocal() {
    return choice != null && choice.local;
  }
}
