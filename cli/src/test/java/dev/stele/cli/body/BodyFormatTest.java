// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.cli.body.BodyFormat.BadBodyException;
import dev.stele.cli.output.Json;
import dev.stele.proto.v1.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class BodyFormatTest {
  @Test
  void theKindsAreThoseOfTheProtocol() {
    List<String> declared =
        Kinds.getDescriptor().getMessageTypes().stream()
            .map(type -> type.getOptions().getExtension(Kinds.kind))
            .filter(kind -> !kind.isEmpty())
            .sorted()
            .toList();
    assertThat(BodyFormat.builtInKinds()).isEqualTo(declared).hasSize(10);
  }

  @Test
  void whatIsWrittenIsShownAgain() throws Exception {
    String[][] bodies = {
      {"desired", "{\"replicas\":4294967295,\"paused\":true,\"specDigest\":\"sha256:00\"}"},
      {
        "member",
        "{\"incarnation\":9007199254740993,\"capacity\":{\"a\":1,\"b\":2},\"health\":\"LOST\"}"
      },
      {"claim", "{\"owner\":\"w\",\"epoch\":18446744073709551615,\"state\":\"OWNED\"}"},
      {
        "claim", "{\"owner\":\"w\",\"epoch\":3,\"state\":\"DRAINING\",\"drainMillis\":30000}",
      },
      {"pool", "{}"},
      {
        "pool",
        "{\"onLoss\":\"RETIRE\",\"maxOwned\":18446744073709551615,\"maxOwnedPerOwner\":2,"
            + "\"numbers\":{\"first\":8000,\"last\":18446744073709551615}}"
      },
      {"pool", "{\"addresses\":{\"first\":\"10.0.0.10\",\"last\":\"10.0.0.99\"}}"},
      {"pool", "{\"subnets\":{\"network\":\"10.0.0.0/16\",\"prefixLength\":24}}"},
      {
        "failover",
        "{\"claim\":\"claim/shards/7\",\"from\":\"a\",\"to\":\"b\",\"epoch\":18446744073709551615,"
            + "\"reason\":\"lost\",\"decidedBy\":\"c\",\"token\":41,\"evidenceRevision\":40,"
            + "\"state\":\"ABANDONED\"}"
      },
      {"config", "{\"contentType\":\"text/plain\",\"document\":\"aGk=\"}"},
      {"desired", "{}"},
      {"custom", "{\"any\":[1,2.5,null,\"ü\"]}"},
    };
    for (String[] body : bodies) {
      byte[] stored = BodyFormat.encode(body[0], body[1]);
      assertThat(Json.write(BodyFormat.decode(body[0], stored))).isEqualTo(body[1]);
    }
  }

  @Test
  void aPoolHasOneRange() {
    String two =
        "{\"numbers\":{\"first\":1,\"last\":2},"
            + "\"addresses\":{\"first\":\"10.0.0.1\",\"last\":\"10.0.0.2\"}}";
    assertThatThrownBy(() -> BodyFormat.encode("pool", two))
        .isInstanceOf(BadBodyException.class)
        .hasMessageContaining("oneof");
  }

  @Test
  void wideNumbersMayBeWrittenAsStringsToo() throws Exception {
    assertThat(BodyFormat.encode("claim", "{\"epoch\":\"7\"}"))
        .isEqualTo(BodyFormat.encode("claim", "{\"epoch\":7}"));
  }

  @Test
  void equalBodiesHaveEqualBytesWhateverTheirOrder() throws Exception {
    assertThat(
            BodyFormat.encode(
                "member", "{\"labels\":{\"b\":\"2\",\"a\":\"1\"},\"address\":\"h:1\"}"))
        .isEqualTo(
            BodyFormat.encode(
                "member", "{\"address\":\"h:1\",\"labels\":{\"a\":\"1\",\"b\":\"2\"}}"));
  }

  @Test
  void aBodyOfAnUnknownKindIsStoredAsItIsWritten() throws Exception {
    String spaced = "{ \"a\" : 1 }";
    assertThat(BodyFormat.encode("custom", spaced))
        .isEqualTo(spaced.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatCannotBeReadIsShownAsBytes() {
    assertThat(Json.write(BodyFormat.decode("desired", new byte[] {(byte) 0xff})))
        .isEqualTo("{\"base64\":\"/w==\"}");
    assertThat(Json.write(BodyFormat.decode("custom", new byte[] {(byte) 0xff})))
        .isEqualTo("{\"base64\":\"/w==\"}");
    assertThat(Json.write(BodyFormat.decode("custom", new byte[0]))).isEqualTo("{\"base64\":\"\"}");
  }

  @Test
  void aDuplicateNameIsRefused() {
    assertThatThrownBy(() -> BodyFormat.encode("desired", "{\"replicas\":1,\"replicas\":2}"))
        .isInstanceOf(BadBodyException.class)
        .hasMessageContaining("replicas");
  }

  @Property
  void everyBodyOfEveryKindIsShown(@ForAll byte[] body) {
    for (String kind : BodyFormat.builtInKinds()) {
      assertThat(Json.write(BodyFormat.decode(kind, body))).isNotEmpty();
    }
    assertThat(Json.write(BodyFormat.decode("custom", body))).isNotEmpty();
  }
}
