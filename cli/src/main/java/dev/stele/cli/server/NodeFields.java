// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.logstash.logback.composite.AbstractJsonProvider;
import org.slf4j.event.KeyValuePair;

/**
 * The fields of an event: the node first, whoever logged it, then those that the event came with.
 */
final class NodeFields {
  /** Property of the logger context. */
  static final String NODE = "node";

  private NodeFields() {}

  private static Map<String, Object> of(ILoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(NODE, event.getLoggerContextVO().getPropertyMap().getOrDefault(NODE, ""));
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> fields.put(pair.key, pair.value == null ? "" : pair.value));
    }
    return fields;
  }

  /** {@code key=value}; a value is quoted where it would be read as something else. */
  static final class AsText extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
      return of(event).entrySet().stream()
          .map(field -> field.getKey() + "=" + text(field.getValue()))
          .collect(Collectors.joining(" "));
    }

    private static String text(Object value) {
      String text = String.valueOf(value);
      return text.matches("[^\\s\"=\\p{Cntrl}]+") ? text : TextNode.valueOf(text).toString();
    }
  }

  /** Fields of the event's object; numbers and truths stay what they are. */
  static final class AsJson extends AbstractJsonProvider<ILoggingEvent> {
    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
      for (Map.Entry<String, Object> field : of(event).entrySet()) {
        if (field.getValue() instanceof Long || field.getValue() instanceof Integer) {
          generator.writeNumberField(field.getKey(), ((Number) field.getValue()).longValue());
        } else if (field.getValue() instanceof Boolean truth) {
          generator.writeBooleanField(field.getKey(), truth);
        } else {
          generator.writeStringField(field.getKey(), String.valueOf(field.getValue()));
        }
      }
    }
  }
}
