// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import dev.stele.server.boot.config.ConfigLoader.Assigned;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads the YAML file. Only its structure is YAML's: the scalars stay texts, read by their key's
 * type, so that no value changes its meaning by YAML's guessing ({@code no}, {@code 0123}).
 */
final class ConfigFile {
  /** More than any configuration needs; a wrong path may lead to anything. */
  static final int MAX_BYTES = 1 << 20;

  private static final Set<String> NODE_FIELDS = Set.of("id", "api", "raft");

  private final String name;
  private final Map<String, Assigned> assigned;
  private final List<ConfigProblem> problems;
  private final Map<String, Integer> lines = new HashMap<>();

  private ConfigFile(String name, Map<String, Assigned> assigned, List<ConfigProblem> problems) {
    this.name = name;
    this.assigned = assigned;
    this.problems = problems;
  }

  /** Adds what the file sets to {@code assigned}, and what is wrong with it to {@code problems}. */
  static void read(Path file, Map<String, Assigned> assigned, List<ConfigProblem> problems) {
    ConfigFile reader = new ConfigFile(file.toString(), assigned, problems);
    String text;
    try {
      if (Files.size(file) > MAX_BYTES) {
        reader.problem("--config", "\"" + file + "\" is wrong; right is a file of at most 1MiB");
        return;
      }
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      reader.problem("--config", "\"" + file + "\" can't be read: " + e);
      return;
    }
    reader.parse(text);
  }

  private void parse(String text) {
    Node root;
    try {
      LoaderOptions options = new LoaderOptions();
      options.setCodePointLimit(MAX_BYTES);
      root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      problem("--config", "(" + name + " line " + line + ") is no YAML: " + e.getProblem());
      return;
    } catch (YAMLException e) {
      problem("--config", "(" + name + ") is no YAML: " + e.getMessage());
      return;
    }
    if (root == null || isEmpty(root)) {
      return;
    }
    if (root instanceof MappingNode mapping) {
      section("", mapping);
    } else {
      problem("--config", "(" + where(root) + ") is wrong; right are sections of keys");
    }
  }

  /**
   * Keys are two names deep, which is also what ends a file that refers to itself.
   *
   * @param section empty at the top
   */
  private void section(String section, MappingNode mapping) {
    for (NodeTuple entry : mapping.getValue()) {
      String part = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
      String key = section.isEmpty() ? part : section + "." + part;
      Node value = entry.getValueNode();
      if (Settings.names().anyMatch(key::equals)) {
        assign(key, entry.getKeyNode(), value);
      } else if (section.isEmpty() && value instanceof MappingNode deeper) {
        section(key, deeper);
      } else if (!(section.isEmpty() && Settings.SECTIONS.containsKey(key) && isEmpty(value))) {
        problems.add(ConfigLoader.unknownKey(key, where(entry.getKeyNode())));
      }
    }
  }

  private void assign(String key, Node keyNode, Node value) {
    int line = keyNode.getStartMark().getLine() + 1;
    Integer earlier = lines.putIfAbsent(key, line);
    if (earlier != null) {
      problem(key, "stands in " + name + " twice, in lines " + earlier + " and " + line);
      return;
    }
    String text = textOf(key, value);
    if (text != null) {
      assigned.put(key, new Assigned(text, where(keyNode)));
    }
  }

  private @Nullable String textOf(String key, Node value) {
    if (isEmpty(value)) {
      problem(key, "(" + where(value) + ") has no value; leave the key out for its default");
      return null;
    }
    if (value instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    if (value instanceof SequenceNode sequence && key.equals(Settings.CLUSTER_NODES.name())) {
      return nodes(sequence);
    }
    problem(key, "(" + where(value) + ") is wrong; right is a single value");
    return null;
  }

  /** A list of {@code id, api, raft}, in the short form that all other sources use. */
  private @Nullable String nodes(SequenceNode sequence) {
    List<String> nodes = new ArrayList<>();
    int before = problems.size();
    for (Node item : sequence.getValue()) {
      if (item instanceof MappingNode mapping) {
        Map<String, String> fields = fields(mapping);
        nodes.add(fields.get("id") + "=" + fields.get("api") + "/" + fields.get("raft"));
      } else if (item instanceof ScalarNode scalar) {
        nodes.add(scalar.getValue());
      } else {
        problem("cluster.nodes", "(" + where(item) + ") is wrong; right is id, api and raft");
      }
    }
    return problems.size() > before ? null : String.join(",", nodes);
  }

  private Map<String, String> fields(MappingNode mapping) {
    Map<String, String> fields = new TreeMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      String field = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
      boolean known = NODE_FIELDS.contains(field);
      if (!known || !(entry.getValueNode() instanceof ScalarNode value) || isEmpty(value)) {
        problem(
            "cluster.nodes",
            "("
                + where(entry.getKeyNode())
                + ") "
                + (known ? "\"" + field + "\" needs a value" : "\"" + field + "\" is unknown")
                + "; right are id, api and raft");
      } else if (fields.put(field, value.getValue()) != null) {
        problem("cluster.nodes", "(" + where(entry.getKeyNode()) + ") has \"" + field + "\" twice");
      }
    }
    for (String field : new TreeSet<>(NODE_FIELDS)) {
      if (!fields.containsKey(field)) {
        problem("cluster.nodes", "(" + where(mapping) + ") lacks \"" + field + "\"");
      }
    }
    return fields;
  }

  private static boolean isEmpty(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private String where(Node node) {
    return name + " line " + (node.getStartMark().getLine() + 1);
  }

  private void problem(String key, String message) {
    problems.add(new ConfigProblem(List.of(key), message));
  }
}
