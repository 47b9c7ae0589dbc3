// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stele.server.core.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON as it is taken, and schemas that it is held against. */
final class JsonBodiesTest {
  private static final int JSON_DEPTH = 64;

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "0", "-1.5e9", "\"\"", "true", "null", " {\"a\":[1,{\"b\":null}]} \n"})
  void oneValueIsJson(String text) throws BadJsonException {
    JsonText.check(Bytes.utf8(text));
    assertThat(JsonText.read(Bytes.utf8(text))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}}",
        "{} {}",
        "{a:1}",
        "{'a':1}",
        "[1,]",
        "01",
        "NaN",
        "{\"a\":1,\"a\":2}",
        "\"\n\"",
        "// no\n1",
        "\ufeff{}"
      })
  void whatIsLessOrMoreThanOneValueIsNot(String text) {
    assertNoJson(Bytes.utf8(text));
  }

  @Test
  void otherEncodingsAreNotGuessedAt() {
    assertNoJson(Bytes.wrap("{}".getBytes(StandardCharsets.UTF_16BE)));
    assertNoJson(Bytes.wrap(new byte[] {'"', (byte) 0xc3, 0x28, '"'}));
  }

  @Test
  void valuesStandInsideEachOtherUpToABound() throws BadJsonException {
    JsonText.check(nested(JSON_DEPTH));
    JsonText.read(nested(JSON_DEPTH));
    assertNoJson(nested(JSON_DEPTH + 1));
  }

  private static Bytes nested(int depth) {
    return Bytes.utf8("[".repeat(depth) + "]".repeat(depth));
  }

  private static void assertNoJson(Bytes body) {
    assertThatThrownBy(() -> JsonText.check(body)).isInstanceOf(BadJsonException.class);
    assertThatThrownBy(() -> JsonText.read(body)).isInstanceOf(BadJsonException.class);
  }

  @Property(tries = 300)
  void whatIsWrittenAsJsonIsTakenWholeAndNotWithItsEndCutOff(@ForAll("objects") Object value)
      throws Exception {
    byte[] text = new ObjectMapper().writeValueAsBytes(value);
    JsonText.check(Bytes.wrap(text));
    byte[] cut = Arrays.copyOf(text, text.length - 1);
    assertNoJson(Bytes.wrap(cut));
  }

  @Provide
  Arbitrary<Object> objects() {
    Arbitrary<Object> leaves =
        Arbitraries.oneOf(
            Arbitraries.integers().asGeneric(),
            Arbitraries.strings().ofMaxLength(9).asGeneric(),
            Arbitraries.of(true, false).asGeneric(),
            Arbitraries.doubles().asGeneric());
    Arbitrary<Object> lists = leaves.list().ofMaxSize(4).asGeneric();
    return Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), Arbitraries.oneOf(leaves, lists))
        .ofMaxSize(5)
        .asGeneric();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no JSON at all                       | is no JSON",
        "7                                    | is no JSON Schema",
        "[]                                   | is no JSON Schema",
        "{\"type\":\"nothing\"}               | is no JSON Schema: at /type",
        "{\"properties\":7}                   | is no JSON Schema: at /properties",
        "{\"minimum\":\"x\"}                  | is no JSON Schema: at /minimum",
        "{\"pattern\":\"(a\"}                 | can't be used",
        "{\"pattern\":\"(?=a)\"}              | can't be used",
        "{\"$ref\":\"#/$defs/none\"}          | can't be used",
        "{\"$ref\":\"https://example.com/x\"} | can't be used",
        "{\"$ref\":\"file:///etc/hostname\"}  | can't be used",
        "{\"$ref\":\"classpath:draft-07/schema\"} | can't be used",
        "{\"$ref\":\"#\"}                     | too many steps",
        "{\"$schema\":\"http://example.com\"} | unknown dialect",
        "{\"a\":1,\"a\":2}                    | is no JSON"
      })
  void aSchemaThatCantBeUsedIsRefusedBeforeAnyBodyComes(String schema, String why) {
    assertThat(catchThrowableOfType(BadJsonException.class, () -> BodySchema.compile(schema)))
        .as(schema)
        .hasMessageContaining(why);
  }

  @Test
  void aBrokenSchemaIsToldWithThePlace() throws Exception {
    BodySchema schema =
        BodySchema.compile(
            "{\"required\":[\"a\"],\"properties\":{\"a\":{\"items\":{\"maximum\":3}}}}");
    assertThat(violation(schema, "{\"a\":[1,3]}")).isEmpty();
    assertThat(violation(schema, "{\"a\":[1,4]}")).get().asString().startsWith("at /a/1, ");
    assertThat(violation(schema, "{}")).get().asString().contains("'a'");
  }

  @Test
  void olderDialectsMeanWhatTheySay() throws Exception {
    BodySchema seven =
        BodySchema.compile(
            "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"items\":[{\"type\":\"null\"}]}");
    assertThat(violation(seven, "[null,1]")).isEmpty();
    assertThat(violation(seven, "[1]")).isPresent();
  }

  @Test
  void aSchemaMayLeadBackToItselfAsDeepAsABodyGoes() throws Exception {
    BodySchema tree =
        BodySchema.compile("{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#\"}}");
    String deepest = "{\"a\":".repeat(JSON_DEPTH - 1) + "{}" + "}".repeat(JSON_DEPTH - 1);
    assertThat(violation(tree, deepest)).isEmpty();
    assertThat(violation(tree, deepest.replace("{}", "[]"))).isPresent();
  }

  @Test
  void aSchemaThatAsksForMoreWorkThanABodyIsWorthIsStopped() throws Exception {
    // Twice the work at each level: 2^40 steps.
    BodySchema twice =
        BodySchema.compile(
            "{\"allOf\":[{\"properties\":{\"a\":{\"$ref\":\"#\"}}},"
                + "{\"properties\":{\"a\":{\"$ref\":\"#\"}}}]}");
    assertThat(violation(twice, "{\"a\":".repeat(40) + "1" + "}".repeat(40)))
        .get()
        .asString()
        .contains("steps");
    assertThat(violation(twice, "{\"a\":{\"a\":1}}")).isEmpty();
  }

  @Test
  void aPatternThatTakesOtherMatchersForeverIsMatchedInLinearTime() throws Exception {
    BodySchema schema = BodySchema.compile("{\"pattern\":\"^(a+)+$\"}");
    assertThat(violation(schema, "\"" + "a".repeat(10_000) + "b\"")).isPresent();
    assertThat(violation(schema, "\"" + "a".repeat(10_000) + "\"")).isEmpty();
  }

  @Test
  void theLargestBodyOfSmallValuesStaysWithinItsSteps() throws Exception {
    BodySchema schema = BodySchema.compile("{\"items\":{\"type\":\"integer\",\"minimum\":0}}");
    List<String> ones = new ArrayList<>(IntStream.range(0, 131_000).mapToObj(i -> "1").toList());
    assertThat(violation(schema, ones.stream().collect(Collectors.joining(",", "[", "]"))))
        .isEmpty();
  }

  private static Optional<String> violation(BodySchema schema, String body) throws Exception {
    return schema.violation(JsonText.read(body), body.length());
  }
}
