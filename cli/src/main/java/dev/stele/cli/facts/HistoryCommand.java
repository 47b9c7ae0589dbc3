// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.Fact;
import dev.stele.client.FactChange;
import dev.stele.client.HistoryOptions;
import dev.stele.client.HistoryPage;
import dev.stele.client.Keys;
import dev.stele.client.PageToken;
import dev.stele.client.StoreClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele history}. */
@Command(
    name = "history",
    header = "Read the changes of a fact.",
    description =
        "Shows what became of one key, newest first, as far back as nothing is compacted.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele history desired/prod/web",
      "  stele history desired/prod/web --limit 5 -o json"
    })
public final class HistoryCommand extends StoreCommand {
  /** What the server puts on a page at most. */
  private static final int PAGE_MAX_CHANGES = 1_000;

  @Parameters(paramLabel = "KEY", description = "kind/name")
  private String key = "";

  @Mixin private ReadOptions read = new ReadOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "Stop after so many changes, up to 10000 (default: 100).")
  private int limit = 100;

  /** For this terminal. */
  public HistoryCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (limit < 1 || limit > 10_000) {
      throw CliException.badInput("--limit", limit + " is not between 1 and 10000");
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    List<FactChange<byte[]>> changes = new ArrayList<>();
    Optional<PageToken> next = Optional.empty();
    do {
      int left = Math.min(limit - changes.size(), PAGE_MAX_CHANGES);
      HistoryOptions options = new HistoryOptions(read.mode(), left, next);
      HistoryPage<byte[]> page = await(client.facts().raw().history(Keys.raw(key), options));
      changes.addAll(page.changes());
      next = page.next();
    } while (next.isPresent() && changes.size() < limit);
    FactJson json = new FactJson(new BodyViews(client));
    if (isJson()) {
      ObjectNode document = Json.object().put("key", key);
      ArrayNode list = document.putArray("changes");
      changes.forEach(change -> list.add(json.change(change)));
      print(document.put("more", next.isPresent()));
    } else {
      terminal().out().print(table(changes, json));
      print(
          changes.size()
              + (changes.size() == 1 ? " change" : " changes")
              + (next.isPresent() ? ", and there are more" : ""));
    }
    return ExitCode.OK;
  }

  private static String table(List<FactChange<byte[]>> changes, FactJson json) {
    Table table = new Table("REVISION", "TYPE", "VERSION", "BODY");
    for (FactChange<byte[]> change : changes) {
      if (change.fact().isPresent()) {
        Fact<byte[]> fact = change.fact().get();
        String body = Json.write(json.fact(fact).get("body"));
        table.row(change.revision(), "PUT", fact.version(), body);
      } else {
        table.row(change.revision(), "DELETE", "-", "-");
      }
    }
    return changes.isEmpty() ? "" : table.text();
  }
}
