// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.body.BodyFormat;
import dev.stele.cli.output.Json;
import dev.stele.client.Fact;
import dev.stele.client.FactChange;
import dev.stele.client.LeaseRef;
import dev.stele.client.OperationResult;
import dev.stele.client.TxnResult;
import java.util.List;

/** The JSON shapes of what the store answers. Names and order are a contract. */
final class FactJson {
  private final BodyViews bodies;

  FactJson(BodyViews bodies) {
    this.bodies = bodies;
  }

  /** A fact with its body. */
  ObjectNode fact(Fact<byte[]> fact) {
    return fact(fact, true);
  }

  ObjectNode fact(Fact<byte[]> fact, boolean withBody) {
    String kind = BodyFormat.kindOf(fact.key().text());
    ObjectNode node = Json.object().put("key", fact.key().text()).put("kind", kind);
    if (withBody) {
      node.set("body", bodies.of(fact));
    }
    node.put("createRevision", fact.createRevision())
        .put("modRevision", fact.modRevision())
        .put("version", fact.version());
    fact.lease().ifPresent(lease -> node.set("lease", lease(lease)));
    return node;
  }

  ObjectNode change(FactChange<byte[]> change) {
    ObjectNode node =
        Json.object()
            .put("revision", change.revision())
            .put("type", change.fact().isPresent() ? "PUT" : "DELETE");
    change.fact().ifPresent(fact -> node.set("fact", fact(fact)));
    return node.put("previousRevision", change.previousRevision());
  }

  ObjectNode txn(TxnResult result, List<Boolean> withBodies) {
    ObjectNode node =
        Json.object().put("revision", result.revision()).put("succeeded", result.succeeded());
    ArrayNode results = node.putArray("results");
    for (int i = 0; i < result.results().size(); i++) {
      results.add(step(result.results().get(i), withBodies.get(i)));
    }
    return node.put("duplicate", result.duplicate());
  }

  private ObjectNode step(OperationResult result, boolean withBodies) {
    ObjectNode step = Json.object();
    if (result instanceof OperationResult.Put) {
      step.putObject("put");
    } else if (result instanceof OperationResult.Delete delete) {
      step.putObject("delete").put("deleted", delete.count());
    } else if (result instanceof OperationResult.Get get) {
      step.putObject("get").set("fact", get.fact().map(this::fact).orElse(null));
    } else if (result instanceof OperationResult.Listed listed) {
      ObjectNode list = step.putObject("list");
      ArrayNode facts = list.putArray("facts");
      listed.facts().forEach(fact -> facts.add(fact(fact, withBodies)));
      list.put("more", listed.more());
    }
    return step;
  }

  private static ObjectNode lease(LeaseRef lease) {
    return Json.object().put("name", lease.name()).put("token", lease.token());
  }
}
