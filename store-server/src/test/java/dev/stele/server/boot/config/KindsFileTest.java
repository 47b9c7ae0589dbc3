// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.WriteBudget;
import dev.stele.server.core.model.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policies that a new cluster begins with. */
final class KindsFileTest {
  private static final Path SHIPPED = Path.of("../config/kinds.yaml");

  @TempDir private Path directory;

  @Test
  void theShippedFileDeclaresNothingAndItsExampleIsRight() throws IOException {
    assertThat(load(Files.readString(SHIPPED)).cluster().kinds()).isEmpty();
    String example = Files.readString(SHIPPED).replaceAll("(?m)^  # (?=  |[a-z]+:$)", "  ");
    Map<String, KindPolicy> kinds = load(example).cluster().kinds();
    assertThat(kinds).containsOnlyKeys("claim", "config", "deploys");
    assertThat(kinds.get("claim").onLeaseLoss()).contains(LeaseLoss.RETIRE);
    assertThat(kinds.get("config"))
        .isEqualTo(
            new KindPolicy(
                BodyType.BUILT_IN, 256 * 1024, 10_000, Optional.empty(), "", Optional.empty()));
    KindPolicy deploys = kinds.get("deploys");
    assertThat(deploys.bodyType()).isEqualTo(BodyType.JSON);
    assertThat(deploys.maxBodyBytes()).isEqualTo(4_096);
    assertThat(deploys.maxFacts()).isEqualTo(2_000);
    assertThat(deploys.budget()).contains(new WriteBudget(50, 200));
    assertThat(deploys.onLeaseLoss("deploys")).isEqualTo(LeaseLoss.DELETE);
    assertThat(deploys.jsonSchema()).contains("\"required\": [\"image\"]");
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws IOException {
    assertThat(
            load("kinds:\n  a: {type: bytes, writes-per-second: 5}\n  config:\n").cluster().kinds())
        .containsEntry(
            "a",
            new KindPolicy(
                BodyType.BYTES,
                Limits.BODY_DEFAULT_MAX_BYTES,
                Limits.KIND_DEFAULT_MAX_FACTS,
                Optional.of(new WriteBudget(5, 5)),
                "",
                Optional.empty()))
        .containsEntry("config", KindPolicy.STANDARD);
    assertThat(load("").cluster().kinds()).isEmpty();
    assertThat(load("kinds:\n").cluster().kinds()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "claim,retire,RETIRE",
    "claim,idle,IDLE",
    "claim,delete,DELETE",
    "member,mark-lost,MARK_LOST",
    "member,delete,DELETE",
    "config,delete,DELETE"
  })
  void whatBecomesOfFactsWhenTheirLeaseEndsIsRead(String kind, String word, LeaseLoss loss)
      throws IOException {
    String text = "kinds: {%s: {on-lease-loss: %s}}".formatted(kind, word);
    assertThat(load(text).cluster().kinds().get(kind).onLeaseLoss(kind)).isEqualTo(loss);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kinds: {a: {type: xml}}                             | line 1) kind a: type is \"xml\"",
        "kinds: {a: {}}                                      | kind a: type is missing",
        "kinds: {config: {type: json}}                       | kind config: type is fixed",
        "kinds: {a: {typ: json}}                             | did you mean type?",
        "kinds: {a: {type: json, type: json}}                | type stands here twice",
        "kinds: {a: {type: [json]}}                          | type needs a single value",
        "kinds: {a: {type: json}, a: {type: json}}           | kind a stands here twice",
        "kinds: {A: {type: json}}                            | \"A\" has a kind that is not",
        "kinds: {lease: {}}                                  | the policy of kind lease is fixed",
        "kinds: {kind: {}}                                   | the policy of kind kind is fixed",
        "kinds: {a: {type: json, max-body: 257KiB}}          | kind a: max-body is 263168",
        "kinds: {a: {type: json, max-body: 5}}               | kind a: max-body is \"5\"",
        "kinds: {a: {type: json, max-facts: 0}}              | kind a: max-facts is 0",
        "kinds: {a: {type: json, max-facts: -1}}             | kind a: max-facts is \"-1\"",
        "kinds: {a: {type: json, writes-per-second: 0}}      | kind a: writes-per-second is 0",
        "kinds: {a: {type: json, write-burst: 1}}            | write-burst goes with",
        "kinds: {a: {type: json, on-lease-loss: keep}}       | on-lease-loss is \"keep\"; right is",
        "kinds: {a: {type: json, on-lease-loss: idle}}       | kind a: on-lease-loss is IDLE",
        "kinds: {member: {on-lease-loss: retire}}            | kind member: on-lease-loss is RETIRE",
        "kinds: {claim: {on-lease-loss: mark-lost}}          | kind claim: on-lease-loss is MARK_LOST",
        "kinds: {a: {type: bytes, schema: '{}'}}             | kind a: schema goes with",
        "kinds: {a: {type: json, schema: '{'}}               | kind a: schema is no JSON",
        "kinds: {a: {type: json, schema: '{\"type\":1}'}}    | kind a: schema is no JSON Schema",
        "kind: {a: {type: json}}                             | \"kind\" is unknown; right is kinds",
        "kinds: [a]                                          | right is a mapping for each kind",
        "kinds: {a: json}                                    | kind a has the fields",
        "a: [                                                | is no YAML"
      })
  void isRefusedWithFileKindAndField(String text, String problem) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> load(text));
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .startsWith("cluster.kinds-file: ")
        .contains(directory.resolve("kinds.yaml").toString())
        .contains(problem);
  }

  @Test
  void policiesThatAreTooManyOrTooLargeForOneEntryAreRefused() {
    assertThat(problems(kinds(Limits.KINDS_MAX, ""))).isEmpty();
    assertThat(problems(kinds(Limits.KINDS_MAX + 1, "")))
        .singleElement()
        .asString()
        .contains("at most 256");
    String schema = ", schema: '{}" + " ".repeat(60_000) + "'";
    assertThat(problems(kinds(8, schema))).isEmpty();
    assertThat(problems(kinds(9, schema))).singleElement().asString().contains("at most 524288");
  }

  private static String kinds(long count, String more) {
    return IntStream.range(0, (int) count)
        .mapToObj(i -> "  k" + i + ": {type: json" + more + "}\n")
        .collect(Collectors.joining("", "kinds:\n", ""));
  }

  private List<ConfigProblem> problems(String text) {
    try {
      load(text);
      return List.of();
    } catch (ConfigException refused) {
      return refused.problems();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () -> StoreConfig.of(Map.of("cluster.kinds-file", "/nowhere/kinds.yaml")));
    assertThat(refused).hasMessageContaining("/nowhere/kinds.yaml can't be read");
  }

  /** As a file beside the node's own, which names it without its folder. */
  private StoreConfig load(String kinds) throws IOException {
    Files.writeString(directory.resolve("kinds.yaml"), kinds);
    Path own = directory.resolve("server.yaml");
    Files.writeString(own, "cluster: {kinds-file: kinds.yaml}\n");
    return ConfigLoader.load(ConfigSources.none().withFile(own)).config();
  }
}
