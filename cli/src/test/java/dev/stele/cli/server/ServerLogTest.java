// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.cli.output.Json;
import dev.stele.server.boot.config.LogFormat;
import dev.stele.server.boot.config.LogLevel;
import dev.stele.server.boot.config.StoreConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated
final class ServerLogTest {
  @Test
  void aLineHasItsFieldsAsKeysAndValues() {
    String line = logged(LogFormat.TEXT);
    assertThat(line)
        .endsWith(
            " WARN  Any: one | two node=n7 term=3 revision=9 said=\"a \\\"b\\\" c=d\" empty=\"\"\n");
  }

  @Test
  void aLineOfJsonHasItsFieldsAsFields() throws Exception {
    JsonNode line = Json.read(logged(LogFormat.JSON));
    assertThat(line.get("node").asText()).isEqualTo("n7");
    assertThat(line.get("term").isIntegralNumber()).isTrue();
    assertThat(line.get("revision").longValue()).isEqualTo(9);
    assertThat(line.get("message").asText()).isEqualTo("one\ntwo");
    assertThat(line.get("level").asText()).isEqualTo("WARN");
  }

  private static String logged(LogFormat format) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      ServerLog.open(new StoreConfig.Log(format, LogLevel.INFO), "n7");
      LoggerFactory.getLogger("x.Any")
          .atWarn()
          .addKeyValue("node", "n7")
          .addKeyValue("term", 3L)
          .addKeyValue("revision", 9)
          .addKeyValue("said", "a \"b\" c=d")
          .addKeyValue("empty", "")
          .log("one\ntwo");
      LoggerFactory.getLogger("org.apache.ratis.Chatty").info("what nobody needs");
      LoggerFactory.getLogger("x.Any").debug("too little");
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
