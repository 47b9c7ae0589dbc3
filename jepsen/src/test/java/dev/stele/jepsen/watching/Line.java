// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.watching;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A line that {@code stele watch -o json} has printed. */
public record Line(JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One line. */
  public static Line parse(String text) {
    try {
      return new Line(JSON.readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }

  /** All lines that are complete so far. */
  public static List<Line> of(Path output) {
    try {
      String text = Files.readString(output, StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Line::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The field of this name. */
  public long revision() {
    return json.get("revision").asLong();
  }

  /** The field of this name. */
  public String type() {
    return json.get("type").asText();
  }

  /** The field of this name. */
  public String node() {
    return json.get("node").asText();
  }

  /** Whether it is one of the facts that stood when the watch began. */
  public boolean isInitial() {
    return json.has("initial");
  }

  /** What it says of the history, on a line; empty when it is a mark. */
  public String withoutNode() {
    if (type().equals("PROGRESS")) {
      return "";
    }
    ObjectNode copy = json.deepCopy();
    copy.remove(List.of("node", "initial"));
    return copy + "\n";
  }
}
