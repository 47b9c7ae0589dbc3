// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.LeaseInfo;
import dev.stele.client.LeasePage;
import dev.stele.client.StoreClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele lease list}. */
@Command(
    name = "list",
    header = "List the leases that are held.",
    description = "In the order of their names. All pages are read unless --limit says otherwise.",
    footerHeading = "%nExamples:%n",
    footer = {"  stele lease list", "  stele lease list controllers/ -o json"})
public final class LeaseListCommand extends StoreCommand {
  private static final int PAGE = 1_000;

  @Parameters(
      paramLabel = "PREFIX",
      arity = "0..1",
      defaultValue = "",
      description = "What their names begin with (default: all).")
  private String prefix = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100000",
      description = "At most so many (default: 100000).")
  private int limit = 100_000;

  /** For this terminal. */
  public LeaseListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (limit < 1) {
      throw CliException.badInput("--limit", limit + " is less than 1");
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    List<LeaseInfo> leases = new ArrayList<>();
    LeasePage page;
    do {
      String after = leases.isEmpty() ? "" : leases.get(leases.size() - 1).lease().name();
      int asked = Math.min(PAGE, limit - leases.size());
      page = await(client.leases().list(prefix, asked, after));
      leases.addAll(page.leases());
    } while (page.more() && !page.leases().isEmpty() && leases.size() < limit);
    if (isJson()) {
      ObjectNode document = Json.object().put("revision", page.info().revision());
      ArrayNode list = document.putArray("leases");
      leases.forEach(lease -> list.add(LeaseJson.of(lease)));
      print(document.put("more", page.more()));
    } else {
      show(leases, page.more());
    }
    return ExitCode.OK;
  }

  private void show(List<LeaseInfo> leases, boolean more) {
    Table table = new Table("NAME", "HOLDER", "TOKEN", "TTL", "REMAINING", "BOUND", "WAITERS");
    for (LeaseInfo lease : leases) {
      table.row(
          lease.lease().name(),
          lease.holder(),
          lease.lease().token(),
          Durations.show(lease.ttl()),
          Durations.show(lease.remaining()),
          lease.boundFacts(),
          lease.waiters());
    }
    terminal().out().print(table.text());
    print(leases.size() + (leases.size() == 1 ? " lease" : " leases") + (more ? ", and more" : ""));
  }
}
