// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.google.re2j.Pattern;
import com.networknt.schema.Error;
import com.networknt.schema.FailFastAssertionException;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import com.networknt.schema.regex.RegularExpression;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A JSON Schema that bodies are held against: draft 2020-12 unless its {@code $schema} says 2019-09
 * or draft 7.
 *
 * <p>It can do no harm to the node. References lead within the schema only: nothing is loaded from
 * anywhere. Patterns are matched in linear time (so without look-around and back-references), and
 * an evaluation has a bound on its steps. Any thread.
 */
public final class BodySchema {
  private static final Dialect DEFAULT = Dialects.getDraft202012();

  private static final Map<String, Dialect> DIALECTS =
      List.of(DEFAULT, Dialects.getDraft201909(), Dialects.getDraft7()).stream()
          .collect(Collectors.toMap(dialect -> withoutHash(dialect.getId()), Function.identity()));

  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .failFast(true)
          .locale(Locale.ROOT)
          .pathType(PathType.JSON_POINTER)
          .regularExpressionFactory(BodySchema::linear)
          .build();

  /** What schemas themselves must fulfil comes with the library. */
  private static final SchemaRegistry META =
      SchemaRegistry.withDialects(
          List.copyOf(DIALECTS.values()),
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder()
                      .failFast(true)
                      .locale(Locale.ROOT)
                      .pathType(PathType.JSON_POINTER)
                      .build()));

  private final Schema schema;

  private BodySchema(Schema schema) {
    this.schema = schema;
  }

  private static RegularExpression linear(String expression) {
    Pattern pattern = Pattern.compile(expression);
    return value -> pattern.matcher(value).find();
  }

  private static String withoutHash(String id) {
    return id.endsWith("#") ? id.substring(0, id.length() - 1) : id;
  }

  /**
   * @throws BadJsonException when {@code text} is no JSON, no schema, or one that can't be used;
   *     the message is to be read behind the name of its field
   */
  public static BodySchema compile(String text) throws BadJsonException {
    JsonNode node = JsonText.read(text);
    Dialect dialect = dialect(node);
    try {
      Optional<String> wrong =
          violation(META.getSchema(SchemaLocation.of(dialect.getId())), node, text.length());
      if (wrong.isPresent()) {
        throw new BadJsonException("is no JSON Schema: " + wrong.get());
      }
      SchemaRegistry nothingElse =
          SchemaRegistry.withDefaultDialect(
              dialect,
              builder ->
                  builder
                      .schemaRegistryConfig(CONFIG)
                      .schemaLoader(loader -> loader.allow(iri -> false)));
      Schema schema = nothingElse.getSchema(node);
      schema.initializeValidators();
      // One that leads back to itself without looking deeper has no end on any body.
      evaluate(schema, NullNode.getInstance(), 0);
      return new BodySchema(schema);
    } catch (SchemaException e) {
      throw new BadJsonException("can't be used: " + e.getMessage());
    } catch (BoundedEvaluation.TooMuchException e) {
      throw new BadJsonException("can't be used: it takes too many steps");
    }
  }

  private static Dialect dialect(JsonNode schema) throws BadJsonException {
    JsonNode named = schema.path("$schema");
    if (named.isMissingNode()) {
      return DEFAULT;
    }
    Dialect dialect = DIALECTS.get(withoutHash(named.asText()));
    if (dialect == null) {
      throw new BadJsonException(
          "is of an unknown dialect; known are "
              + DIALECTS.keySet().stream().sorted().collect(Collectors.joining(", ")));
    }
    return dialect;
  }

  /**
   * Where and why {@code body} breaks the schema; empty when it does not. To be read behind the
   * name of its field.
   *
   * @param bodyBytes of its text
   */
  Optional<String> violation(JsonNode body, int bodyBytes) {
    try {
      return violation(schema, body, bodyBytes);
    } catch (BoundedEvaluation.TooMuchException e) {
      return Optional.of(
          "more than %d steps, or %d schemas inside each other, are needed to check it"
              .formatted(BoundedEvaluation.maxSteps(bodyBytes), BoundedEvaluation.MAX_DEPTH));
    }
  }

  private static Optional<String> violation(Schema schema, JsonNode body, int bodyBytes) {
    return evaluate(schema, body, bodyBytes).stream()
        .findFirst()
        .map(
            error -> {
              String place = error.getInstanceLocation().toString();
              return (place.isEmpty() ? "" : "at " + place + ", ") + error.getMessage();
            });
  }

  private static List<Error> evaluate(Schema schema, JsonNode body, int bodyBytes) {
    BoundedEvaluation evaluation = new BoundedEvaluation(bodyBytes);
    evaluation.setExecutionConfig(schema.createExecutionContext().getExecutionConfig());
    evaluation.setFailFast(true);
    try {
      schema.validate(evaluation, body);
      return evaluation.getErrors();
    } catch (FailFastAssertionException e) {
      return e.getErrors();
    }
  }
}
