// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.port.NodeAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigBuilderTest {
  @Test
  void withoutAnythingSaidItIsTheDefaults() {
    assertThat(StoreConfig.builder().build()).isEqualTo(StoreConfig.defaults());
  }

  @Test
  void aNodeByItselfListensAtThreePortsInARow() {
    StoreConfig config =
        StoreConfig.builder()
            .dataDir(Path.of("somewhere"))
            .ports(9000)
            .set("node.id", "solo")
            .set("storage.block-cache", "16MiB")
            .build();
    assertThat(config.node().dataDir()).isEqualTo(Path.of("somewhere"));
    assertThat(config.address())
        .isEqualTo(new NodeAddress("solo", "127.0.0.1:9000", "127.0.0.1:9001"));
    assertThat(config.cluster().nodes()).hasSize(1);
    assertThat(config.api().listen()).hasToString("127.0.0.1:9000");
    assertThat(config.raft().listen()).hasToString("127.0.0.1:9001");
    assertThat(config.http().listen()).hasToString("127.0.0.1:9002");
    assertThat(config.storage().blockCacheBytes()).isEqualTo(16 << 20);
  }

  @Test
  void nodesThatAreSetStay() {
    StoreConfig config =
        StoreConfig.builder()
            .ports(9000)
            .set("cluster.nodes", "n0=127.0.0.1:9000/127.0.0.1:9001,n1=10.0.0.2:1/10.0.0.2:2")
            .set("cluster.secret", "0123456789abcdef")
            .build();
    assertThat(config.cluster().nodes()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ConfigBuilder.LAST_PORT})
  void portsAtTheLimitsAreTaken(int first) {
    assertThat(StoreConfig.builder().ports(first).build().api().listen().port()).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, ConfigBuilder.LAST_PORT + 1})
  void portsBeyondThemAreNot(int first) {
    assertThatThrownBy(() -> StoreConfig.builder().ports(first))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("api.listen");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    ConfigBuilder builder =
        StoreConfig.builder().set("storage.blockcache", "1").set("node.id", "N0");
    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("storage.blockcache")
        .hasMessageContaining("node.id");
  }
}
