// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberPage;
import dev.stele.client.MemberQuery;
import dev.stele.client.StoreClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele member list}. */
@Command(
    name = "list",
    header = "List members, also those that are lost.",
    description = {
      "In the order of their names. All pages are read unless --limit says otherwise. A member"
          + " without a TOKEN has nobody who keeps it alive: it is lost."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele member list",
      "  stele member list rack1/ --label zone=b --label ssd",
      "  stele member list --health degraded,lost -o json"
    })
public final class MemberListCommand extends StoreCommand {
  private static final int PAGE = 1_000;

  @Parameters(
      paramLabel = "PREFIX",
      arity = "0..1",
      defaultValue = "",
      description = "What their names begin with (default: all).")
  private String prefix = "";

  @Mixin private Lookup lookup = new Lookup();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100000",
      description = "At most so many (default: 100000).")
  private int limit = 100_000;

  private MemberQuery query = MemberQuery.all();

  /** For this terminal. */
  public MemberListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (limit < 1) {
      throw CliException.badInput("--limit", limit + " is less than 1");
    }
    query = lookup.query(prefix, lookup.health());
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    List<MemberInfo> members = new ArrayList<>();
    String after = "";
    MemberPage page;
    do {
      int asked = Math.min(PAGE, limit - members.size());
      page =
          await(
              client
                  .members()
                  .list(
                      new MemberQuery(
                          query.prefix(), query.labels(), query.health(), asked, after)));
      members.addAll(page.members());
      after = page.last();
    } while (page.more() && members.size() < limit);
    if (isJson()) {
      ObjectNode document = Json.object().put("revision", page.revision());
      MemberView.addTo(document.putArray("members"), members);
      print(document.put("more", page.more()));
    } else {
      terminal().out().print(MemberView.table(members));
      String count = members.size() + (members.size() == 1 ? " member" : " members");
      print(count + " at revision " + page.revision() + (page.more() ? ", and more" : ""));
    }
    return ExitCode.OK;
  }
}
