// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.cli.body.BodyFormat;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.ReadMode;
import dev.stele.client.StoreClient;
import dev.stele.client.error.SteleException;
import dev.stele.client.kind.KindPolicy;
import dev.stele.client.kind.KindPolicy.BodyType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Bodies as people read them. The type of an operator's kind is in its policy, which is asked for
 * once, of whichever node answers first: bytes must not look like JSON because they happen to be.
 */
final class BodyViews {
  private final StoreClient client;
  private final Map<String, Boolean> bytes = new HashMap<>();

  BodyViews(StoreClient client) {
    this.client = client;
  }

  /** The body of {@code fact} as JSON; total. */
  JsonNode of(Fact<byte[]> fact) {
    String kind = BodyFormat.kindOf(fact.key().text());
    boolean builtIn = BodyFormat.isBuiltIn(kind);
    return !builtIn && bytes.computeIfAbsent(kind, this::isBytes)
        ? BodyFormat.base64(fact.body())
        : BodyFormat.decode(kind, fact.body());
  }

  /** Without an answer the body itself must tell: it is there, and is shown in any case. */
  private boolean isBytes(String kind) {
    FactKey<KindPolicy> key = Keys.kind(kind);
    try {
      Optional<Fact<KindPolicy>> policy = client.facts().get(key, ReadMode.local()).join().fact();
      return policy.map(fact -> fact.body().bodyType() == BodyType.BYTES).orElse(false);
    } catch (CompletionException | SteleException unanswered) {
      return false;
    }
  }
}
