// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.Fact;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele claim list}. */
@Command(
    name = "list",
    header = "List the claims of a pool.",
    description =
        "In the order of their keys. Of a pool with a range, those that were owned at some time.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele claim list shards",
      "  stele claim list shards --state owned,draining --owner node7 -o json"
    })
public final class ClaimListCommand extends StoreCommand {
  /** As people write it. */
  enum State {
    IDLE(Claim.State.IDLE),
    OWNED(Claim.State.OWNED),
    DRAINING(Claim.State.DRAINING),
    RETIRED(Claim.State.RETIRED);

    private final Claim.State state;

    State(Claim.State state) {
      this.state = state;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "POOL", description = "The pool, without the kind.")
  private String pool = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description = "One of idle, owned, draining, retired. Any of them.")
  private List<State> states = new ArrayList<>();

  @Option(names = "--owner", paramLabel = "NAME", description = "Only this owner's.")
  private @Nullable String owner;

  /** For this terminal. */
  public ClaimListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    List<Fact<Claim>> claims =
        await(client.claims().list(pool)).stream().filter(fact -> isMeant(fact.body())).toList();
    if (isJson()) {
      ObjectNode document = Json.object().put("pool", pool);
      ArrayNode list = document.putArray("claims");
      claims.forEach(claim -> list.add(ClaimView.json(claim)));
      print(document);
    } else {
      show(claims);
    }
    return ExitCode.OK;
  }

  private boolean isMeant(Claim claim) {
    return (owner == null || claim.owner().equals(owner))
        && (states.isEmpty() || states.stream().anyMatch(it -> it.state == claim.state()));
  }

  private void show(List<Fact<Claim>> claims) {
    Table table = new Table("ITEM", "STATE", "EPOCH", "OWNER", "REVISION");
    for (Fact<Claim> fact : claims) {
      Claim claim = fact.body();
      table.row(
          ClaimView.item(fact.key()),
          ClaimView.state(claim),
          Long.toUnsignedString(claim.epoch()),
          claim.owner().isEmpty() ? "-" : claim.owner(),
          fact.modRevision());
    }
    terminal().out().print(table.text());
    Map<Claim.State, Long> counts =
        claims.stream()
            .collect(
                Collectors.groupingBy(
                    fact -> fact.body().state(), TreeMap::new, Collectors.counting()));
    String each =
        counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", ": ", ""));
    print(
        claims.size()
            + (claims.size() == 1 ? " claim" : " claims")
            + (claims.isEmpty() ? "" : each));
  }
}
