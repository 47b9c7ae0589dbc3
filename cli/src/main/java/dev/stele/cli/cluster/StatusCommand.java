// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.ClusterStatus;
import dev.stele.client.NodeStatus;
import dev.stele.client.ResponseInfo;
import dev.stele.client.StoreClient;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code stele cluster status}. */
@Command(
    name = "status",
    header = "Show who leads, and how each node stands.",
    description = {
      "Answered by the first node that can be reached, with or without a majority. A node that"
          + " does not answer is shown as not healthy, with the reason.",
      "The hash is that of a node's state where it stands now; nodes that stand at different"
          + " indexes have different ones. 'stele hash' compares them at one index."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  stele cluster status", "  stele cluster status -o json | jq -r .leader"})
public final class StatusCommand extends StoreCommand {
  /** For this terminal. */
  public StatusCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    ClusterStatus status = await(client.cluster().status());
    if (isJson()) {
      print(json(status));
    } else {
      printTable(status);
    }
    return ExitCode.OK;
  }

  private static ObjectNode json(ClusterStatus status) {
    ResponseInfo info = status.info();
    ObjectNode document =
        Json.object()
            .put("clusterId", info.clusterId())
            .put("epoch", info.epoch())
            .put("leader", info.leader().isEmpty() ? null : info.leader())
            .put("term", info.term())
            .put("revision", info.revision())
            .put("floor", status.floor())
            .put("featureLevel", status.featureLevel());
    ArrayNode nodes = document.putArray("nodes");
    for (NodeStatus node : status.nodes()) {
      ObjectNode each =
          nodes
              .addObject()
              .put("id", node.id())
              .put("client", node.client())
              .put("peer", node.peer())
              .put("role", node.role().name())
              .put("healthy", node.healthy())
              .put("applied", node.applied())
              .put("revision", node.revision())
              .put("lagEntries", node.lagEntries())
              .put("storeBytes", node.storeBytes())
              .put("version", node.version())
              .put("hash", node.healthy() ? HashCommand.hex(node.hash()) : null);
      if (!node.detail().isEmpty()) {
        each.put("detail", node.detail());
      }
    }
    return document;
  }

  private void printTable(ClusterStatus status) {
    ResponseInfo info = status.info();
    String leader =
        info.leader().isEmpty()
            ? "no leader known; node "
                + info.member()
                + " last heard from one "
                + age(info)
                + " ago"
            : "leader " + info.leader() + " at " + info.leaderEndpoint();
    print("cluster " + info.clusterId() + ", epoch " + info.epoch());
    print(leader + ", term " + info.term());
    print(
        "revision %d at node %s, floor %d, feature level %d"
            .formatted(info.revision(), info.member(), status.floor(), status.featureLevel()));
    Table table =
        new Table(
            "NODE",
            "CLIENT",
            "PEER",
            "ROLE",
            "HEALTHY",
            "APPLIED",
            "REVISION",
            "LAG",
            "STORE",
            "VERSION");
    for (NodeStatus node : status.nodes()) {
      if (node.healthy()) {
        table.row(
            node.id(),
            node.client(),
            node.peer(),
            node.role().name().toLowerCase(Locale.ROOT),
            "yes",
            node.applied(),
            node.revision(),
            node.lagEntries(),
            size(node.storeBytes()),
            node.version());
      } else {
        String why = node.detail().isEmpty() ? "no" : "no: " + node.detail();
        table.row(node.id(), node.client(), node.peer(), "-", why, "-", "-", "-", "-", "-");
      }
    }
    terminal().out().print(table.text());
  }

  private static String age(ResponseInfo info) {
    Duration age = info.leaderContactAge();
    return Durations.show(age);
  }

  private static String size(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    return bytes < 1 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
  }
}
