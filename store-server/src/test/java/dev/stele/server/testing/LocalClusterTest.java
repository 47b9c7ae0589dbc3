// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static dev.stele.server.testing.RawClient.body;
import static dev.stele.server.testing.RawClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.Change;
import dev.stele.proto.v1.Compare;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HashResponse;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.NodeHash;
import dev.stele.proto.v1.Operation;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ReadMode;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three nodes, and every kind of call at each of them. */
final class LocalClusterTest {
  private static LocalCluster cluster;
  private static final List<RawClient> CLIENTS = new ArrayList<>();

  @BeforeAll
  static void startCluster() throws InterruptedException {
    cluster = LocalCluster.start(3);
    cluster.endpoints().forEach(endpoint -> CLIENTS.add(new RawClient(endpoint)));
  }

  @AfterAll
  static void stopCluster() {
    CLIENTS.forEach(RawClient::close);
    cluster.close();
  }

  @Test
  void whatOneNodeTookEveryNodeTellsAtOnce() {
    for (int writer = 0; writer < 3; writer++) {
      String key = "config/at-once/" + writer;
      for (int round = 0; round < 20; round++) {
        PutResponse put = CLIENTS.get(writer).put(key, "round " + round);
        for (RawClient reader : CLIENTS) {
          GetResponse got = reader.get(key);
          assertThat(got.getFact().getModRevision()).isEqualTo(put.getRevision());
          assertThat(got.getFact().getVersion()).isEqualTo(round + 1);
          assertThat(got.getFact().getBody()).isEqualTo(body("round " + round));
          assertThat(got.getHeader().getRevision()).isGreaterThanOrEqualTo(put.getRevision());
        }
      }
    }
  }

  @Test
  void aLinearizableReadCostsNoLogEntry() throws InterruptedException {
    int leader = cluster.awaitLeader(Duration.ofSeconds(10));
    CLIENTS.forEach(client -> client.put("config/free", "x"));
    long before = cluster.node(leader).leadership().standing().commitIndex();
    for (int round = 0; round < 100; round++) {
      CLIENTS.forEach(client -> client.get("config/free"));
    }
    assertThat(cluster.node(leader).leadership().standing().commitIndex()).isEqualTo(before);
  }

  @Test
  void allNodesHoldTheSameStateWhicheverIsAsked() {
    for (int i = 0; i < 30; i++) {
      CLIENTS.get(i % 3).put("config/same/" + i % 7, "fact " + i);
      HashResponse compared = CLIENTS.get(i % 3).hash();
      assertThat(compared.getNodesList()).hasSize(3).allMatch(NodeHash::hasHash);
      assertThat(compared.getEqual()).as("%s", compared).isTrue();
    }
  }

  @Test
  void everyAnswerTellsWhoAnsweredAndWhoLeads() throws InterruptedException {
    int leader = cluster.awaitLeader(Duration.ofSeconds(10));
    for (int node = 0; node < 3; node++) {
      PutResponse put = CLIENTS.get(node).put("config/header", "x");
      GetResponse got = CLIENTS.get(node).get("config/header");
      assertThat(got.getHeader().getMember()).isEqualTo("n" + node);
      assertThat(got.getHeader().getLeader()).isEqualTo("n" + leader);
      assertThat(got.getHeader().getLeaderEndpoint()).isEqualTo(cluster.endpoints().get(leader));
      assertThat(got.getHeader().getClusterId())
          .isNotEmpty()
          .isEqualTo(put.getHeader().getClusterId());
      assertThat(got.getHeader().getTerm()).isPositive();
    }
  }

  @Test
  void aListHasEveryFactOfItsPrefixAtOneRevision() {
    for (int i = 0; i < 7; i++) {
      CLIENTS.get(i % 3).put("config/list/" + i, "fact " + i);
    }
    ListRequest request =
        ListRequest.newBuilder().setPrefix(utf8("config/list/")).setLimit(3).build();
    for (RawClient client : CLIENTS) {
      List<String> keys = new ArrayList<>();
      ListResponse page = client.list(request);
      long revision = page.getRevision();
      while (true) {
        page.getFactsList().forEach(fact -> keys.add(fact.getKey().toStringUtf8()));
        assertThat(page.getRevision()).isEqualTo(revision);
        if (!page.getMore()) {
          break;
        }
        page = client.list(request.toBuilder().setPageToken(page.getNextPageToken()).build());
      }
      assertThat(keys)
          .containsExactly(
              "config/list/0",
              "config/list/1",
              "config/list/2",
              "config/list/3",
              "config/list/4",
              "config/list/5",
              "config/list/6");
    }
  }

  @Test
  void aTransactionRunsThenOrElse() {
    for (int node = 0; node < 3; node++) {
      String key = "config/txn/" + node;
      TxnRequest create =
          TxnRequest.newBuilder()
              .addCompares(Compare.newBuilder().setKey(utf8(key)).setExists(false))
              .addThen(
                  Operation.newBuilder()
                      .setPut(
                          Operation.Put.newBuilder().setKey(utf8(key)).setBody(body("created"))))
              .addElse(Operation.newBuilder().setGet(Operation.Get.newBuilder().setKey(utf8(key))))
              .build();
      TxnResponse first = CLIENTS.get(node).txn(create);
      assertThat(first.getSucceeded()).isTrue();
      TxnResponse second = CLIENTS.get(node).txn(create);
      assertThat(second.getSucceeded()).isFalse();
      assertThat(second.getResults(0).getGet().getFact().getModRevision())
          .isEqualTo(first.getRevision());
    }
  }

  @Test
  void historyHasWhatADeleteTookAway() {
    for (int node = 0; node < 3; node++) {
      String key = "config/history/" + node;
      RawClient client = CLIENTS.get(node);
      long put = client.put(key, "here").getRevision();
      long deleted = client.delete(key).getRevision();
      assertThat(deleted).isGreaterThan(put);
      assertThat(client.delete(key).getDeleted()).isZero();
      for (RawClient reader : CLIENTS) {
        assertThat(reader.get(key).hasFact()).isFalse();
        assertThat(reader.history(key).getChangesList().stream().map(Change::getRevision))
            .containsExactly(deleted, put);
        Fact then =
            reader
                .get(key, ReadMode.newBuilder().setAt(put).build(), Duration.ofSeconds(5))
                .getFact();
        assertThat(then.getBody()).isEqualTo(body("here"));
      }
    }
  }

  @Test
  void everyNodeSaysOverHttpThatItIsReady() throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    for (int node = 0; node < 3; node++) {
      String base = "http://" + cluster.node(node).httpAddress();
      for (String path : List.of("/livez", "/readyz", "/version", "/metrics")) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).build();
        HttpResponse<String> answer =
            await(path)
                .until(
                    () -> http.send(request, HttpResponse.BodyHandlers.ofString()),
                    said -> said.statusCode() == 200);
        if (path.equals("/metrics")) {
          assertThat(answer.body()).contains("stele_revision", "stele_leader", "stele_term");
        }
      }
    }
  }
}
