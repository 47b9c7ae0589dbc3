// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.kind;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.Deleted;
import dev.stele.client.Expect;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import dev.stele.client.kind.KindPolicy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele kind delete}. */
@Command(
    name = "delete",
    header = "Delete the policy of a kind.",
    description =
        "A built-in kind has the standard limits again. Any other kind is gone, and must have no"
            + " facts any more.",
    footerHeading = "%nExample:%n",
    footer = "  stele kind delete deploys")
public final class KindDeleteCommand extends StoreCommand {
  @Parameters(paramLabel = "NAME", description = "for instance deploys")
  private String name = "";

  @Option(
      names = "--if-revision",
      paramLabel = "R",
      description = "Only if the policy stands at this mod revision.")
  private @Nullable Long revision;

  /** For this terminal. */
  public KindDeleteCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    FactKey<KindPolicy> key = Keys.kind(name);
    Deleted deleted =
        await(
            revision == null
                ? client.facts().delete(key)
                : client.facts().delete(key, Expect.revision(revision)));
    if (deleted.count() == 0) {
      throw new CliException(Reason.NOT_FOUND, "no policy is set for kind " + name, "kind");
    }
    if (isJson()) {
      print(Json.object().put("revision", deleted.revision()).put("kind", name));
    } else {
      print("revision " + deleted.revision());
    }
    return ExitCode.OK;
  }
}
