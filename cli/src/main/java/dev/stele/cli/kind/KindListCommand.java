// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.kind;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.body.BodyFormat;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.Fact;
import dev.stele.client.ListOptions;
import dev.stele.client.StoreClient;
import dev.stele.client.Walked;
import dev.stele.client.kind.KindPolicy;
import dev.stele.client.kind.KindPolicy.LeaseLoss;
import dev.stele.client.kind.Kinds;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;

/** {@code stele kind list}. */
@Command(
    name = "list",
    header = "List all kinds with their policies.",
    description =
        "SOURCE is 'standard' for a built-in kind that nobody set a policy for, and else the"
            + " revision of the policy's fact.",
    footerHeading = "%nExamples:%n",
    footer = {"  stele kind list", "  stele kind list -o json"})
public final class KindListCommand extends StoreCommand {
  private static final String LEASE = "lease";

  /** For this terminal. */
  public KindListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    Map<String, Listed> kinds = new TreeMap<>();
    for (String kind : BodyFormat.builtInKinds()) {
      // Their policies are fixed.
      if (!kind.equals(Kinds.KIND.name()) && !kind.equals(LEASE)) {
        kinds.put(kind, new Listed(KindPolicy.builtIn(), Optional.empty()));
      }
    }
    Walked walked =
        await(
            client
                .facts()
                .forEach(
                    Kinds.KIND,
                    "",
                    ListOptions.defaults(),
                    fact -> kinds.put(fact.key().name(), Listed.of(fact))));
    if (isJson()) {
      ObjectNode document = Json.object().put("revision", walked.revision());
      ArrayNode list = document.putArray("kinds");
      kinds.forEach((name, kind) -> list.add(json(name, kind)));
      print(document);
    } else {
      Table table =
          new Table(
              "NAME",
              "TYPE",
              "MAX BODY",
              "MAX FACTS",
              "WRITES/S",
              "BURST",
              "SCHEMA",
              "ON LEASE LOSS",
              "SOURCE");
      kinds.forEach((name, kind) -> row(table, name, kind));
      terminal().out().print(table.text());
      print(kinds.size() + " kinds at revision " + walked.revision());
    }
    return ExitCode.OK;
  }

  private static void row(Table table, String name, Listed kind) {
    KindPolicy policy = kind.policy();
    table.row(
        name,
        type(policy),
        policy.maxBodyBytes(),
        policy.maxFacts(),
        policy.budget().map(budget -> String.valueOf(budget.perSecond())).orElse("-"),
        policy.budget().map(budget -> String.valueOf(budget.burst())).orElse("-"),
        policy.jsonSchema().isEmpty() ? "no" : "yes",
        onLeaseLoss(name, policy),
        kind.revision().map(revision -> "revision " + revision).orElse("standard"));
  }

  private static ObjectNode json(String name, Listed kind) {
    KindPolicy policy = kind.policy();
    ObjectNode node =
        Json.object()
            .put("name", name)
            .put("type", type(policy))
            .put("maxBodyBytes", policy.maxBodyBytes())
            .put("maxFacts", policy.maxFacts());
    policy
        .budget()
        .ifPresent(
            budget ->
                node.put("writesPerSecond", budget.perSecond()).put("writeBurst", budget.burst()));
    if (!policy.jsonSchema().isEmpty()) {
      node.put("jsonSchema", policy.jsonSchema());
    }
    node.put("onLeaseLoss", onLeaseLoss(name, policy));
    node.put("source", kind.revision().isPresent() ? "fact" : "standard");
    kind.revision().ifPresent(revision -> node.put("revision", revision));
    return node;
  }

  /** As {@code kind set --type} takes it; {@code built-in} is nobody's to set. */
  private static String type(KindPolicy policy) {
    return option(policy.bodyType());
  }

  /** As {@code kind set --on-lease-loss} takes it. */
  private static String onLeaseLoss(String name, KindPolicy policy) {
    return option(policy.onLeaseLoss().orElseGet(() -> LeaseLoss.standard(name)));
  }

  private static String option(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @param revision of its fact; empty when it has none
   */
  private record Listed(KindPolicy policy, Optional<Long> revision) {
    static Listed of(Fact<KindPolicy> fact) {
      return new Listed(fact.body(), Optional.of(fact.modRevision()));
    }
  }
}
