// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import dev.stele.server.port.NodeAddress;

/** Writes the default configuration file, from the table of keys. */
public final class DefaultFile {
  private static final int WIDTH = 100;

  private static final String HEAD =
      "The configuration of one node: every key with its default. What is left out has its"
          + " default.\n"
          + "A variable (named beside each key) wins over this file, and --set section.key=value over"
          + " both.\n"
          + "`stele config print` shows what is in effect, and where each value is from.\n"
          + "Durations: 500ms, 10s, 5m, 1h. Sizes: 512B, 64KiB, 32MiB, 4GiB. An unknown key is an"
          + " error.";

  private DefaultFile() {}

  /** The whole file; YAML. */
  public static String text() {
    StringBuilder text = new StringBuilder("# SPDX-License-Identifier: Apache-2.0\n#\n");
    HEAD.lines().forEach(line -> comment(text, "", line));
    String section = "";
    for (Setting<?> setting : Settings.all()) {
      int dot = setting.name().indexOf('.');
      String its = setting.name().substring(0, dot);
      text.append('\n');
      if (!its.equals(section)) {
        section = its;
        comment(text, "", Settings.SECTIONS.get(section));
        text.append(section).append(":\n");
      }
      key(text, setting, setting.name().substring(dot + 1));
    }
    return text.toString();
  }

  private static <T> void key(StringBuilder text, Setting<T> setting, String key) {
    comment(text, "  ", setting.doc());
    comment(text, "  ", setting.environmentVariable() + ": " + setting.accepts());
    text.append("  ").append(key).append(':');
    if (setting == Settings.CLUSTER_NODES) {
      text.append('\n');
      Settings.CLUSTER_NODES.defaultValue().forEach(node -> node(text, node));
    } else {
      String value = setting.print(setting.defaultValue());
      text.append(' ').append(value.isEmpty() ? "\"\"" : value).append('\n');
    }
  }

  private static void node(StringBuilder text, NodeAddress node) {
    text.append("    - id: ").append(node.id()).append('\n');
    text.append("      api: ").append(node.api()).append('\n');
    text.append("      raft: ").append(node.raft()).append('\n');
  }

  /** Breaks at spaces, as far as there are any. */
  private static void comment(StringBuilder text, String indent, String sentence) {
    StringBuilder line = new StringBuilder(indent).append('#');
    for (String word : sentence.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder(indent).append('#');
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
