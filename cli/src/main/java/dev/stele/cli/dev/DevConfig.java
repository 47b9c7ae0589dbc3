// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import com.fasterxml.jackson.databind.node.TextNode;

/** The configuration file of a node of a local cluster. */
final class DevConfig {
  private DevConfig() {}

  /** YAML. */
  static String of(DevPlan plan, DevNode node) {
    StringBuilder text = new StringBuilder();
    text.append("# Written by `stele dev` at each start; see config/server.yaml for every key.\n");
    text.append("cluster:\n");
    text.append("  name: ").append(plan.name()).append('\n');
    text.append("  secret: ").append(quoted(plan.secret())).append('\n');
    text.append("  nodes:\n");
    for (DevNode each : plan.all()) {
      text.append("    - id: ").append(each.id()).append('\n');
      text.append("      api: ").append(each.client()).append('\n');
      text.append("      raft: ").append(each.peer()).append('\n');
    }
    text.append("node:\n");
    text.append("  id: ").append(node.id()).append('\n');
    text.append("  data-dir: ").append(quoted(node.data().toString())).append('\n');
    text.append("api:\n  listen: ").append(node.client()).append('\n');
    text.append("raft:\n  listen: ").append(node.peer()).append('\n');
    // A laptop's disk may be fuller than a server's should be.
    text.append("  min-free-space: 128MiB\n");
    text.append("http:\n  listen: ").append(node.http()).append('\n');
    return text.toString();
  }

  /** A JSON string is a YAML string, whatever is in it. */
  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }
}
