// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.Fact;
import dev.stele.client.LeaseRef;
import dev.stele.client.ListOptions;
import dev.stele.client.Page;
import dev.stele.client.PageToken;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele list}. Holds a page at a time, however many facts there are. */
@Command(
    name = "list",
    header = "Read the facts whose keys begin with a prefix.",
    description = {
      "Lists facts in key order, all of them at one revision, linearizably unless an option says"
          + " otherwise. No PREFIX lists everything."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele list desired/prod/",
      "  stele list desired/ --keys-only --limit 20",
      "  stele list config/ --at 120 -o json"
    })
public final class ListCommand extends StoreCommand {
  /** What the server puts on a page at most. */
  private static final int PAGE_MAX_FACTS = 1_000;

  @Parameters(paramLabel = "PREFIX", arity = "0..1", description = "for instance desired/prod/")
  private String prefix = "";

  @Mixin private ReadOptions read = new ReadOptions();

  @Option(names = "--limit", paramLabel = "N", description = "Stop after so many facts.")
  private @Nullable Long limit;

  @Option(names = "--keys-only", description = "Leave the bodies out.")
  private boolean keysOnly;

  private long shown;

  /** For this terminal. */
  public ListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (limit != null && limit < 1) {
      throw CliException.badInput("--limit", limit + " is less than 1");
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    Page<byte[]> page = page(client, Optional.empty());
    FactJson json = new FactJson(new BodyViews(client));
    begin(page);
    while (true) {
      show(page, json);
      shown += page.facts().size();
      boolean full = limit != null && shown >= limit;
      if (full || page.next().isEmpty()) {
        end(page);
        return ExitCode.OK;
      }
      page = page(client, page.next());
    }
  }

  private Page<byte[]> page(StoreClient client, Optional<PageToken> from) throws Exception {
    long left = limit == null ? PAGE_MAX_FACTS : limit - shown;
    ListOptions options =
        new ListOptions(read.mode(), (int) Math.min(left, PAGE_MAX_FACTS), keysOnly, from);
    Selector selector = prefix.isEmpty() ? Selector.all() : Selector.prefix(prefix);
    return await(client.facts().raw().list(selector, options));
  }

  private void begin(Page<byte[]> page) {
    if (isJson()) {
      terminal().out().print("{\"revision\":" + page.revision() + ",\"facts\":[");
    }
  }

  private void show(Page<byte[]> page, FactJson json) {
    if (isJson()) {
      boolean first = shown == 0;
      for (Fact<byte[]> fact : page.facts()) {
        terminal().out().print((first ? "" : ",") + Json.write(json.fact(fact, !keysOnly)));
        first = false;
      }
      return;
    }
    Table table =
        keysOnly
            ? new Table("KEY", "REVISION", "VERSION", "LEASE")
            : new Table("KEY", "REVISION", "VERSION", "LEASE", "BODY");
    for (Fact<byte[]> fact : page.facts()) {
      String lease = fact.lease().map(ListCommand::text).orElse("-");
      String key = fact.key().text();
      if (keysOnly) {
        table.row(key, fact.modRevision(), fact.version(), lease);
      } else {
        String body = Json.write(json.fact(fact).get("body"));
        table.row(key, fact.modRevision(), fact.version(), lease, body);
      }
    }
    if (!page.facts().isEmpty()) {
      terminal().out().print(table.text());
    }
  }

  private void end(Page<byte[]> page) {
    boolean more = page.next().isPresent();
    if (isJson()) {
      print("],\"more\":" + more + "}");
    } else {
      String facts = shown == 1 ? "1 fact" : shown + " facts";
      print(facts + " at revision " + page.revision() + (more ? ", and there are more" : ""));
    }
  }

  private static String text(LeaseRef lease) {
    return lease.name() + ":" + lease.token();
  }
}
