// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.output.Json;
import dev.stele.client.LeaseInfo;

/** The JSON shape of a lease. Names and order are a contract. */
final class LeaseJson {
  private LeaseJson() {}

  static ObjectNode of(LeaseInfo lease) {
    return Json.object()
        .put("name", lease.lease().name())
        .put("holder", lease.holder())
        .put("token", lease.lease().token())
        .put("ttlMillis", lease.ttl().toMillis())
        .put("remainingMillis", lease.remaining().toMillis())
        .put("boundFacts", lease.boundFacts())
        .put("waiters", lease.waiters());
  }
}
