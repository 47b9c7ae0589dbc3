// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.ClusterStatus;
import dev.stele.client.NodeStatus;
import dev.stele.client.NodeStatus.Role;
import dev.stele.client.ResponseInfo;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatusCommandTest {
  private static final NodeStatus WELL =
      new NodeStatus(
          "n0",
          "h:7400",
          "h:7401",
          Role.LEADER,
          true,
          12,
          7,
          0,
          3 << 20,
          "0.1.0",
          3,
          10,
          255,
          1,
          "");
  private static final NodeStatus AWAY =
      new NodeStatus(
          "n1", "h:7410", "h:7411", Role.UNKNOWN, false, 0, 0, 0, 0, "", 0, 0, 0, 0, "no answer");

  private final CliRun cli = new CliRun();

  @Test
  void theJsonHasStableFields() {
    cli.store.answer(new ClusterStatus(1, 1, List.of(WELL, AWAY), ScriptedStore.info()));
    assertThat(cli.run("cluster", "status", "-o", "json").out())
        .isEqualTo(
            "{\"clusterId\":\"c-1\",\"epoch\":1,\"leader\":\"n1\",\"term\":3,\"revision\":7,"
                + "\"floor\":1,\"featureLevel\":1,\"nodes\":[{\"id\":\"n0\","
                + "\"client\":\"h:7400\",\"peer\":\"h:7401\",\"role\":\"LEADER\",\"healthy\":true,"
                + "\"applied\":12,\"revision\":7,\"lagEntries\":0,\"storeBytes\":3145728,"
                + "\"version\":\"0.1.0\",\"hash\":\"00000000000000ff\"},{\"id\":\"n1\",\"client\":\"h:7410\","
                + "\"peer\":\"h:7411\",\"role\":\"UNKNOWN\",\"healthy\":false,\"applied\":0,"
                + "\"revision\":0,\"lagEntries\":0,\"storeBytes\":0,\"version\":\"\","
                + "\"hash\":null,\"detail\":\"no answer\"}]}\n");
  }

  @Test
  void aNodeThatDoesNotAnswerIsShownWithTheReason() {
    cli.store.answer(new ClusterStatus(1, 1, List.of(WELL, AWAY), ScriptedStore.info()));
    assertThat(cli.run("cluster", "status").out())
        .contains("cluster c-1, epoch 1\nleader n1 at 127.0.0.1:7410, term 3\n")
        .contains(
            "n0    h:7400  h:7401  leader  yes            12       7         0    3 MiB  0.1.0")
        .contains("n1    h:7410  h:7411  -       no: no answer  -");
  }

  @Test
  void withoutALeaderItSaysSinceWhen() {
    ResponseInfo lost = new ResponseInfo("c-1", 1, "n0", "", "", 3, 7, 0, Duration.ofSeconds(9));
    cli.store.answer(new ClusterStatus(1, 1, List.of(WELL), lost));
    assertThat(cli.run("cluster", "status").out())
        .contains("no leader known; node n0 last heard from one 9 s ago, term 3");
    cli.store.answer(new ClusterStatus(1, 1, List.of(WELL), lost));
    assertThat(cli.run("cluster", "status", "-o", "json").out()).contains("\"leader\":null");
  }
}
