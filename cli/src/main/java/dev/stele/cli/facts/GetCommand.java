// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Printable;
import dev.stele.client.Fact;
import dev.stele.client.Got;
import dev.stele.client.Keys;
import dev.stele.client.ResponseInfo;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stele get}. */
@Command(
    name = "get",
    header = "Read a fact.",
    description = {
      "Reads a fact, linearizably unless an option says otherwise: the answer is not older than"
          + " any write that was acknowledged before the call.",
      "Exit code 1 when there is no such fact, 3 when no majority confirms the read in time."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele get desired/prod/web",
      "  stele get desired/prod/web -o json",
      "  stele get desired/prod/web --at 7",
      "  stele get desired/prod/web --local"
    })
public final class GetCommand extends StoreCommand {
  @Parameters(paramLabel = "KEY", description = "kind/name")
  private String key = "";

  @Mixin private ReadOptions read = new ReadOptions();

  /** For this terminal. */
  public GetCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    Got<byte[]> got = await(client.facts().raw().get(Keys.raw(key), read.mode()));
    ResponseInfo info = got.info();
    Fact<byte[]> fact =
        got.fact()
            .orElseThrow(
                () ->
                    new CliException(
                        Reason.NOT_FOUND, "there is no " + key + " at " + place(info), "key"));
    FactJson json = new FactJson(new BodyViews(client));
    if (isJson()) {
      ObjectNode node = json.fact(fact);
      if (read.isLocal()) {
        node.putObject("local")
            .put("node", info.member())
            .put("revision", info.revision())
            .put("ageMillis", info.leaderContactAge().toMillis());
      }
      print(node);
    } else {
      print(Json.write(json.fact(fact).get("body")));
      print(about(fact));
      if (read.isLocal()) {
        print("as of " + place(info));
      }
    }
    return ExitCode.OK;
  }

  private static String about(Fact<byte[]> fact) {
    String lease =
        fact.lease()
            .map(held -> ", bound to " + Printable.of(held.name()) + ":" + held.token())
            .orElse("");
    return String.format(
        "revision %d, version %d, created at %d%s",
        fact.modRevision(), fact.version(), fact.createRevision(), lease);
  }

  private String place(ResponseInfo info) {
    String revision = "revision " + info.revision();
    if (!read.isLocal()) {
      return revision;
    }
    return String.format(
        "%s of node %s, which heard from a leader %s ago",
        revision, info.member(), Durations.show(info.leaderContactAge()));
  }
}
