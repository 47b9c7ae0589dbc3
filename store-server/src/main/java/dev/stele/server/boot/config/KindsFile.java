// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import dev.stele.server.admission.BadJsonException;
import dev.stele.server.admission.BodySchema;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.WriteBudget;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Limits;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads the policies of kinds that a new cluster begins with: YAML, under {@code kinds:} a mapping
 * for each kind. Only the structure is YAML's, as in {@link ConfigFile}.
 */
final class KindsFile {
  /** Of all policies together: they go to the log as one entry. */
  static final int MAX_POLICY_BYTES = Limits.TXN_MAX_BYTES;

  private static final String TYPE = "type";
  private static final String MAX_BODY = "max-body";
  private static final String MAX_FACTS = "max-facts";
  private static final String PER_SECOND = "writes-per-second";
  private static final String BURST = "write-burst";
  private static final String SCHEMA = "schema";
  private static final String ON_LEASE_LOSS = "on-lease-loss";
  private static final List<String> FIELDS =
      List.of(TYPE, MAX_BODY, MAX_FACTS, PER_SECOND, BURST, SCHEMA, ON_LEASE_LOSS);

  /** What the fields of a policy are called here. */
  private static final Map<String, String> NAMES =
      Map.of(
          "body_type", TYPE,
          "max_body_bytes", MAX_BODY,
          "max_facts", MAX_FACTS,
          "writes_per_second", PER_SECOND,
          "write_burst", BURST,
          "json_schema", SCHEMA,
          "on_lease_loss", ON_LEASE_LOSS);

  private final Path file;
  private final List<ConfigProblem> problems;

  private KindsFile(Path file, List<ConfigProblem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The policies in {@code file}; adds what is wrong with it to {@code problems}. */
  static SortedMap<String, KindPolicy> read(Path file, List<ConfigProblem> problems) {
    KindsFile reader = new KindsFile(file, problems);
    try {
      if (Files.size(file) > ConfigFile.MAX_BYTES) {
        reader.problem("is too large; right is a file of at most 1MiB");
        return Collections.emptySortedMap();
      }
      return reader.parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      reader.problem("can't be read: " + e);
      return Collections.emptySortedMap();
    }
  }

  private SortedMap<String, KindPolicy> parse(String text) {
    SortedMap<String, KindPolicy> policies = new TreeMap<>();
    Node root;
    try {
      LoaderOptions options = new LoaderOptions();
      options.setCodePointLimit(ConfigFile.MAX_BYTES);
      root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
    } catch (YAMLException e) {
      problem("is no YAML: " + e.getMessage());
      return policies;
    }
    if (root == null || isEmpty(root)) {
      return policies;
    }
    for (NodeTuple entry : entries(root, "right is kinds: and below it a mapping for each kind")) {
      if (!text(entry.getKeyNode()).equals("kinds")) {
        problem(
            entry.getKeyNode(), "\"" + text(entry.getKeyNode()) + "\" is unknown; right is kinds");
      } else if (!isEmpty(entry.getValueNode())) {
        for (NodeTuple kind : entries(entry.getValueNode(), "right is a mapping for each kind")) {
          kind(kind, policies);
        }
      }
    }
    checkSize(policies);
    return policies;
  }

  private void kind(NodeTuple entry, SortedMap<String, KindPolicy> policies) {
    String kind = text(entry.getKeyNode());
    Optional<String> misnamed = KindNames.violation(kind);
    if (misnamed.isPresent()) {
      problem(entry.getKeyNode(), "\"" + kind + "\" " + misnamed.get());
    } else if (kind.equals(KindNames.KIND) || kind.equals(KindNames.LEASE)) {
      problem(entry.getKeyNode(), "the policy of kind " + kind + " is fixed");
    } else if (policies.containsKey(kind)) {
      problem(entry.getKeyNode(), "kind " + kind + " stands here twice");
    } else {
      policies.put(kind, KindPolicy.STANDARD);
      int before = problems.size();
      SortedMap<String, Node> fields = fields(kind, entry.getValueNode());
      // What could be said of a policy that is only half read would confuse.
      if (problems.size() == before) {
        KindPolicy policy = policy(kind, fields);
        if (problems.size() == before) {
          check(kind, policy, fields, entry.getKeyNode());
        }
        policies.put(kind, policy);
      }
    }
  }

  private SortedMap<String, Node> fields(String kind, Node value) {
    SortedMap<String, Node> fields = new TreeMap<>();
    if (isEmpty(value)) {
      return fields;
    }
    for (NodeTuple entry : entries(value, "kind " + kind + " has the fields " + FIELDS)) {
      String field = text(entry.getKeyNode());
      if (!FIELDS.contains(field)) {
        String near = Nearest.of(field, FIELDS.stream()).orElseThrow().candidate();
        problem(
            entry.getKeyNode(),
            "kind %s: \"%s\" is unknown; did you mean %s?".formatted(kind, field, near));
      } else if (!(entry.getValueNode() instanceof ScalarNode) || isEmpty(entry.getValueNode())) {
        problem(entry.getKeyNode(), "kind %s: %s needs a single value".formatted(kind, field));
      } else if (fields.put(field, entry.getValueNode()) != null) {
        problem(entry.getKeyNode(), "kind %s: %s stands here twice".formatted(kind, field));
      }
    }
    return fields;
  }

  private KindPolicy policy(String kind, SortedMap<String, Node> fields) {
    long maxBody =
        quantity(kind, fields, MAX_BODY, Limits.BODY_DEFAULT_MAX_BYTES, Quantities::size);
    long maxFacts =
        quantity(kind, fields, MAX_FACTS, Limits.KIND_DEFAULT_MAX_FACTS, KindsFile::count);
    long perSecond = quantity(kind, fields, PER_SECOND, 0, KindsFile::count);
    long burst = quantity(kind, fields, BURST, perSecond, KindsFile::count);
    boolean budget = fields.containsKey(PER_SECOND);
    if (fields.containsKey(BURST) && !budget) {
      problem(kind, fields.get(BURST), BURST + " goes with " + PER_SECOND);
    }
    return new KindPolicy(
        type(kind, fields),
        clamp(maxBody),
        maxFacts,
        budget ? Optional.of(new WriteBudget(clamp(perSecond), clamp(burst))) : Optional.empty(),
        fields.containsKey(SCHEMA) ? text(fields.get(SCHEMA)) : "",
        onLeaseLoss(kind, fields));
  }

  private BodyType type(String kind, SortedMap<String, Node> fields) {
    boolean builtIn = KindNames.BUILT_IN.contains(kind);
    Node node = fields.get(TYPE);
    if (node == null) {
      if (!builtIn) {
        problem("kind " + kind + ": " + TYPE + " is missing; right is json or bytes");
      }
      return BodyType.BUILT_IN;
    }
    if (builtIn) {
      problem(kind, node, TYPE + " is fixed: the kind is built in; leave it out");
      return BodyType.BUILT_IN;
    }
    return switch (text(node)) {
      case "json" -> BodyType.JSON;
      case "bytes" -> BodyType.BYTES;
      default -> {
        problem(kind, node, TYPE + " is \"" + text(node) + "\"; right is json or bytes");
        yield BodyType.BYTES;
      }
    };
  }

  private Optional<LeaseLoss> onLeaseLoss(String kind, SortedMap<String, Node> fields) {
    Node node = fields.get(ON_LEASE_LOSS);
    if (node == null) {
      return Optional.empty();
    }
    return switch (text(node)) {
      case "delete" -> LeaseLoss.DELETE.unlessStandard(kind);
      case "mark-lost" -> LeaseLoss.MARK_LOST.unlessStandard(kind);
      case "retire" -> LeaseLoss.RETIRE.unlessStandard(kind);
      case "idle" -> LeaseLoss.IDLE.unlessStandard(kind);
      default -> {
        problem(
            kind,
            node,
            ON_LEASE_LOSS
                + " is \""
                + text(node)
                + "\"; right is delete, mark-lost, retire or idle");
        yield Optional.empty();
      }
    };
  }

  private interface Reading {
    long read(String text) throws BadValue;
  }

  private long quantity(
      String kind, SortedMap<String, Node> fields, String field, long otherwise, Reading reading) {
    Node node = fields.get(field);
    if (node == null) {
      return otherwise;
    }
    try {
      return reading.read(text(node));
    } catch (BadValue bad) {
      problem(
          kind, node, "%s is \"%s\"; right is %s".formatted(field, text(node), bad.getMessage()));
      return otherwise;
    }
  }

  private static long count(String text) throws BadValue {
    if (!text.matches("[0-9]{1,18}")) {
      throw new BadValue("a whole number");
    }
    return Long.parseLong(text);
  }

  /** What is beyond an int is beyond every limit as well. */
  private static int clamp(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  private void check(
      String kind, KindPolicy policy, SortedMap<String, Node> fields, Node whereKind) {
    Optional<KindPolicy.Violation> violation = policy.violation(kind);
    if (violation.isPresent()) {
      String field = NAMES.get(violation.get().field());
      Node where = fields.getOrDefault(field, whereKind);
      problem(kind, where, field + " " + violation.get().message());
    } else if (!policy.jsonSchema().isEmpty()) {
      try {
        BodySchema unused = BodySchema.compile(policy.jsonSchema());
      } catch (BadJsonException e) {
        problem(kind, fields.getOrDefault(SCHEMA, whereKind), SCHEMA + " " + e.getMessage());
      }
    }
  }

  private void checkSize(SortedMap<String, KindPolicy> policies) {
    if (policies.size() > Limits.KINDS_MAX) {
      problem("has %d kinds; at most %d are allowed".formatted(policies.size(), Limits.KINDS_MAX));
    }
    long bytes =
        policies.values().stream().mapToLong(it -> KindPolicyCodec.encode(it).length()).sum();
    if (bytes > MAX_POLICY_BYTES) {
      problem(
          "has policies of %d bytes; at most %d are allowed, more are added by `stele kind set`"
              .formatted(bytes, MAX_POLICY_BYTES));
    }
  }

  private List<NodeTuple> entries(Node node, String right) {
    if (node instanceof MappingNode mapping) {
      return mapping.getValue();
    }
    problem(node, "is wrong; " + right);
    return List.of();
  }

  private static String text(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "?";
  }

  private static boolean isEmpty(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private void problem(String kind, Node where, String message) {
    problem(where, "kind " + kind + ": " + message);
  }

  private void problem(Node where, String message) {
    problems.add(
        new ConfigProblem(
            List.of(Settings.CLUSTER_KINDS_FILE.name()),
            "(%s line %d) %s".formatted(file, where.getStartMark().getLine() + 1, message)));
  }

  private void problem(String message) {
    problems.add(
        new ConfigProblem(List.of(Settings.CLUSTER_KINDS_FILE.name()), file + " " + message));
  }
}
