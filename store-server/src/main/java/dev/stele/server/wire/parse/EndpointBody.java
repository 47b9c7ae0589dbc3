// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.Endpoint;
import dev.stele.server.core.model.Key;

/** The bodies of kind {@code endpoint}, each under {@code endpoint/<service>/<instance>}. */
final class EndpointBody {
  private EndpointBody() {}

  /** Refuses an endpoint that nobody could find or reach; {@code field} holds it. */
  static void check(Key key, Endpoint endpoint, String field) {
    if (endpoint.getService().isEmpty()) {
      throw invalid(field + ".service", "is not set");
    }
    if (!key.name().startsWith(endpoint.getService() + "/")) {
      throw invalid(
          field + ".service",
          "is not what the key's name begins with: endpoint/<service>/<instance>");
    }
    Addresses.require(endpoint.getAddress(), field + ".address");
  }
}
