// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.Deleted;
import dev.stele.client.Expect;
import dev.stele.client.Facts;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele delete}. */
@Command(
    name = "delete",
    header = "Delete a fact, or all whose keys begin so.",
    description = {
      "Deletes at one revision and prints it with the number of facts that are gone. To find"
          + " nothing is no failure, and then the revision is not raised."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele delete desired/prod/web",
      "  stele delete desired/prod/web --if-revision 7",
      "  stele delete desired/prod/ --prefix"
    })
public final class DeleteCommand extends StoreCommand {
  @Parameters(paramLabel = "KEY", description = "kind/name, or what it begins with")
  private String key = "";

  @Option(names = "--prefix", description = "Delete every fact whose key begins with KEY.")
  private boolean prefix;

  @Option(
      names = "--if-revision",
      paramLabel = "R",
      description = "Only if the fact stands at this mod revision.")
  private @Nullable Long revision;

  @Option(
      names = "--guard",
      paramLabel = "LEASE:TOKEN",
      converter = LeaseArgument.class,
      description = "Refuse unless this lease is held with this token. May be repeated.")
  private List<LeaseRef> guards = new ArrayList<>();

  /** For this terminal. */
  public DeleteCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (prefix && revision != null) {
      throw CliException.badInput("--if-revision", "goes with one key, not with --prefix");
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    Deleted deleted = await(delete(client.facts().guardedBy(guards.toArray(LeaseRef[]::new))));
    if (isJson()) {
      print(
          Json.object()
              .put("revision", deleted.revision())
              .put("key", key)
              .put("deleted", deleted.count())
              .put("duplicate", deleted.duplicate()));
    } else {
      print("revision " + deleted.revision() + ", " + deleted.count() + " deleted");
    }
    return ExitCode.OK;
  }

  private CompletableFuture<Deleted> delete(Facts facts) {
    if (prefix) {
      return facts.deleteAll(Selector.prefix(key));
    }
    return revision == null
        ? facts.delete(Keys.raw(key))
        : facts.delete(Keys.raw(key), Expect.revision(revision));
  }
}
