// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.StateComparison;
import dev.stele.client.StateComparison.NodeHash;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class HashCommandTest {
  private final CliRun cli = new CliRun();

  @Test
  void equalNodesEndWithZero() {
    prepare(true, node("n0", 255), node("n1", 255));
    assertThat(cli.run("hash", "-o", "json").out())
        .isEqualTo(
            "{\"appliedIndex\":12,\"equal\":true,\"nodes\":[{\"id\":\"n0\",\"appliedIndex\":12,"
                + "\"revision\":7,\"hash\":\"00000000000000ff\"},{\"id\":\"n1\","
                + "\"appliedIndex\":12,\"revision\":7,\"hash\":\"00000000000000ff\"}]}\n");
    prepare(true, node("n0", 255), node("n1", 255));
    CliRun.Result table = cli.run("hash");
    assertThat(table.code()).isZero();
    assertThat(table.out()).startsWith("states at index 12: equal\n").contains("00000000000000ff");
  }

  @Test
  void aDifferenceEndsWithOneEvenWhenANodeIsSilent() {
    prepare(false, node("n0", 255), node("n1", -1), silent("n2"));
    CliRun.Result table = cli.run("hash");
    assertThat(table.code()).isEqualTo(1);
    assertThat(table.out()).contains("THEY DIFFER").contains("ffffffffffffffff");
  }

  @Test
  void aSilentNodeEndsWithThree() {
    prepare(false, node("n0", 255), node("n1", 255), silent("n2"));
    CliRun.Result table = cli.run("hash");
    assertThat(table.code()).isEqualTo(3);
    assertThat(table.out()).contains("equal as far as known").contains("no answer: away");
    prepare(false, node("n0", 255), silent("n2"));
    assertThat(cli.run("hash", "-o", "json").out()).contains("\"hash\":null,\"detail\":\"away\"");
  }

  private void prepare(boolean equal, NodeHash... nodes) {
    cli.store.answer(new StateComparison(12, equal, List.of(nodes), ScriptedStore.info()));
  }

  private static NodeHash node(String id, long hash) {
    return new NodeHash(id, 12, 7, OptionalLong.of(hash), "");
  }

  private static NodeHash silent(String id) {
    return new NodeHash(id, 0, 0, OptionalLong.empty(), "away");
  }
}
