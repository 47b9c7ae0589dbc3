// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Json;
import dev.stele.client.ClaimGrant;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.kind.Claim;
import java.time.Duration;
import java.util.Locale;

/** Claims for people and for programs. The names and the order of the latter are a contract. */
final class ClaimView {
  private ClaimView() {}

  static ObjectNode json(ClaimGrant grant) {
    Claim claim = new Claim(grant.owner(), grant.epoch(), Claim.State.OWNED);
    return json(grant.key(), claim, grant.revision());
  }

  static ObjectNode json(Fact<Claim> fact) {
    ObjectNode node = json(fact.key(), fact.body(), fact.modRevision());
    if (fact.body().drainMillis() != 0) {
      node.put("drainMillis", fact.body().drainMillis());
    }
    return node;
  }

  private static ObjectNode json(FactKey<Claim> key, Claim claim, long revision) {
    ObjectNode node =
        Json.object()
            .put("key", key.text())
            .put("pool", pool(key))
            .put("item", item(key))
            .put("owner", claim.owner());
    node.set("epoch", Json.unsigned(claim.epoch()));
    return node.put("state", claim.state().name()).put("revision", revision);
  }

  /** For people. */
  static String state(Claim claim) {
    String state = claim.state().name().toLowerCase(Locale.ROOT);
    return claim.drainMillis() == 0
        ? state
        : state + ", " + Durations.show(Duration.ofMillis(claim.drainMillis()));
  }

  /** All segments of the name but the last. */
  private static String pool(FactKey<Claim> key) {
    return key.name().substring(0, Math.max(0, key.name().lastIndexOf('/')));
  }

  static String item(FactKey<Claim> key) {
    return key.name().substring(key.name().lastIndexOf('/') + 1);
  }
}
