// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.wire.Readiness;
import dev.stele.server.wire.WireContext;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;

/** What each path shows. */
final class Pages {
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final WireContext context;
  private final Readiness readiness;
  private final PrometheusMeterRegistry metrics;

  Pages(WireContext context, Readiness readiness, PrometheusMeterRegistry metrics) {
    this.context = context;
    this.readiness = readiness;
    this.metrics = metrics;
  }

  Page metrics() {
    return Page.of(PROMETHEUS_TEXT, metrics.scrape());
  }

  /** The process answers: that is all. A node that can't go on has ended its process. */
  Page live() {
    return Page.text(200, "ok");
  }

  Page ready() {
    return readiness
        .obstacle()
        .map(obstacle -> Page.text(503, "not ready: " + obstacle))
        .orElseGet(() -> Page.text(200, "ok"));
  }

  Page version() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", context.version())
            .put("node", context.selfId())
            .put("java", Runtime.version().toString());
    Optional<ClusterIdentity> identity = context.store().meta().identity();
    identity.ifPresent(own -> json.put("clusterId", own.clusterId()).put("epoch", own.epoch()));
    return Page.of("application/json", json + "\n");
  }
}
