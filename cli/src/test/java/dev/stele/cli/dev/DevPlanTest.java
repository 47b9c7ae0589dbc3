// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.cli.CliException;
import dev.stele.server.boot.config.ConfigLoader;
import dev.stele.server.boot.config.ConfigSources;
import dev.stele.server.boot.config.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevPlanTest {
  @TempDir private Path folder;

  @Test
  void whatIsSavedIsFoundAgain() throws IOException {
    DevPlan plan = DevPlan.create(folder.resolve("dev"), 5, 8400);
    plan.save();
    assertThat(DevPlan.load(folder.resolve("dev"))).contains(plan);
    assertThat(DevPlan.load(folder.resolve("other"))).isEmpty();
  }

  @Test
  void theConfigurationOfEachNodeIsRight() throws IOException {
    DevPlan plan = DevPlan.create(folder.resolve("it's \"here\": ü"), 3, 8400);
    plan.save();
    for (DevNode node : plan.all()) {
      ConfigSources sources = ConfigSources.none().withFile(node.config());
      StoreConfig config = ConfigLoader.load(sources).config();
      assertThat(config.node().id()).isEqualTo(node.id());
      assertThat(config.node().dataDir()).isEqualTo(node.data());
      assertThat(config.cluster().secret()).isEqualTo(plan.secret()).hasSize(64);
      assertThat(config.cluster().nodes()).hasSize(3);
      assertThat(config.api().listen()).hasToString(node.client());
      assertThat(config.raft().listen()).hasToString(node.peer());
      assertThat(config.http().listen()).hasToString(node.http());
    }
    assertThat(plan.all().get(2).ports()).containsExactly(8420, 8421, 8422);
  }

  @Test
  void theSecretIsForItsOwnerOnlyAndInNoText() throws IOException {
    DevPlan plan = DevPlan.create(folder, 1, 8400);
    plan.save();
    for (Path file :
        new Path[] {folder.resolve("cluster.json"), folder.resolve("n0/server.yaml")}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(plan.toString()).doesNotContain(plan.secret());
    assertThat(plan.secret()).isNotEqualTo(DevPlan.create(folder, 1, 8400).secret());
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThat(DevPlan.create(folder, DevPlan.NODES_MAX, 7400).all()).hasSize(9);
    assertThatThrownBy(() -> DevPlan.create(folder, 0, 7400)).hasMessageContaining("1 and 9");
    assertThatThrownBy(() -> DevPlan.create(folder, 10, 7400)).hasMessageContaining("1 and 9");
    assertThat(DevPlan.create(folder, 3, 65_513).all().get(2).ports()).endsWith(65_535);
    assertThatThrownBy(() -> DevPlan.create(folder, 3, 65_514))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("65513");
    assertThatThrownBy(() -> DevPlan.create(folder, 3, 0)).isInstanceOf(CliException.class);
  }

  @Test
  void aDamagedPlanIsRefused() throws IOException {
    Files.writeString(folder.resolve("cluster.json"), "{\"nodes\":");
    assertThatThrownBy(() -> DevPlan.load(folder)).hasMessageContaining("is damaged");
    Files.writeString(folder.resolve("cluster.json"), "{}");
    assertThatThrownBy(() -> DevPlan.load(folder)).hasMessageContaining("is damaged");
  }
}
