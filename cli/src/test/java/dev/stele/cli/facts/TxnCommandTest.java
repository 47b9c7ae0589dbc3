// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.cli.CliException;
import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.Compare;
import dev.stele.client.Compare.Relation;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.Operation;
import dev.stele.client.OperationResult;
import dev.stele.client.Selector;
import dev.stele.client.TxnResult;
import dev.stele.proto.v1.DesiredState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TxnCommandTest {
  private static final byte[] FIVE = DesiredState.newBuilder().setReplicas(5).build().toByteArray();

  private final CliRun cli = new CliRun();

  @Test
  void everyPartOfAFileIsRead() {
    TxnFile txn =
        TxnFile.parse(
            """
            {
              "compares": [
                {"key": "desired/a", "modRevision": 7},
                {"key": "desired/a", "exists": false, "relation": "not_equal"},
                {"key": "desired/a", "createRevision": 1, "relation": "LESS"},
                {"key": "desired/a", "version": 2, "relation": "GREATER"},
                {"key": "desired/a", "leaseToken": 3}
              ],
              "then": [
                {"put": {"key": "desired/a", "body": {"replicas": 5}, "lease": {"name": "l", "token": 4}}},
                {"delete": {"key": "desired/b"}},
                {"delete": {"prefix": "desired/c/"}}
              ],
              "else": [
                {"get": {"key": "desired/a"}},
                {"list": {"prefix": "desired/", "limit": 2, "keysOnly": true}},
                {"list": {"prefix": "desired/"}}
              ],
              "guards": [{"name": "controllers/s", "token": 41}]
            }
            """);
    var key = Keys.raw("desired/a");
    assertThat(txn.compares())
        .containsExactly(
            Compare.modRevision(key, Relation.EQUAL, 7),
            new Compare(key, Relation.NOT_EQUAL, new Compare.Exists(false)),
            Compare.createRevision(key, Relation.LESS, 1),
            Compare.version(key, Relation.GREATER, 2),
            Compare.leaseToken(key, Relation.EQUAL, 3));
    Operation.Put put = (Operation.Put) txn.then().get(0);
    assertThat(put.key()).isEqualTo(key);
    assertThat(put.body()).isEqualTo(FIVE);
    assertThat(put.lease()).contains(new LeaseRef("l", 4));
    assertThat(txn.then().subList(1, 3))
        .containsExactly(
            Operation.delete(Keys.raw("desired/b")),
            Operation.deleteAll(Selector.prefix("desired/c/")));
    assertThat(txn.orElse())
        .containsExactly(
            Operation.get(key),
            Operation.list(Selector.prefix("desired/"), 2, true),
            Operation.list(Selector.prefix("desired/"), 0, false));
    assertThat(txn.guards()).containsExactly(new LeaseRef("controllers/s", 41));
  }

  @Test
  void aBodyIsComparedAsItWouldBeStored() {
    TxnFile txn =
        TxnFile.parse("{\"compares\":[{\"key\":\"desired/a\",\"body\":{\"replicas\":5}}]}");
    Compare.Body body = (Compare.Body) txn.compares().get(0).target();
    assertThat(body.bytes()).isEqualTo(FIVE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{;not valid JSON at line 1",
        "[];the document: expected an object",
        "{\"than\":[]};than: unknown; expected compares, else, guards, then",
        "{\"then\":{}};then: expected an array",
        "{\"then\":[{}]};then[0]: expected exactly one of delete, get, list, put",
        "{\"then\":[{\"put\":{\"body\":{}}}]};then[0].put.key: is missing",
        "{\"then\":[{\"put\":{\"key\":\"desired/a\"}}]};then[0].put.body: is missing",
        "{\"then\":[{\"put\":{\"key\":3,\"body\":{}}}]};then[0].put.key: expected a string",
        "{\"then\":[{\"put\":{\"key\":\"desired/a\",\"body\":{\"x\":1}}}]};then[0].put.body: not a body",
        "{\"else\":[{\"get\":{\"key\":\"a/b\"}},{\"delete\":{}}]};else[1].delete: expected exactly one",
        "{\"else\":[{\"list\":{\"prefix\":\"a/\",\"limit\":-1}}]};else[0].list.limit: expected a whole",
        "{\"else\":[{\"list\":{\"prefix\":\"a/\",\"limit\":9e9}}]};else[0].list.limit: expected a whole",
        "{\"else\":[{\"list\":{\"prefix\":\"a/\",\"limit\":3000000000}}]};else[0].list.limit: is larger",
        "{\"compares\":[{\"key\":\"a/b\"}]};compares[0]: expected exactly one of body",
        "{\"compares\":[{\"key\":\"a/b\",\"version\":1,\"exists\":true}]};compares[0]: expected exactly",
        "{\"compares\":[{\"key\":\"a/b\",\"version\":1.5}]};compares[0].version: expected a whole",
        "{\"compares\":[{\"key\":\"a/b\",\"version\":1,\"relation\":\"=\"}]};compares[0].relation: expected",
        "{\"compares\":[{\"key\":\"a/b\",\"exists\":true,\"relation\":\"LESS\"}]};compares[0].exists: goes",
        "{\"guards\":[{\"name\":\"l\"}]};guards[0].token: is missing",
      })
  void whatIsWrongIsNamedByItsPath(String file, String message) {
    assertThatThrownBy(() -> TxnFile.parse(file))
        .isInstanceOf(CliException.class)
        .hasMessageContaining(message.split(";", -1)[0]);
  }

  @Test
  void aResultShowsTheBranchThatRan() {
    var fact = ScriptedStore.fact("desired/a", FIVE);
    TxnResult result =
        new TxnResult(
            7,
            false,
            List.of(
                new OperationResult.Put(),
                new OperationResult.Delete(2),
                new OperationResult.Get(Optional.empty()),
                new OperationResult.Listed(List.of(fact), true)),
            false,
            ScriptedStore.info());
    cli.store.answer(result);
    Result shown =
        cli.stdin(
                "{\"else\":[{\"put\":{\"key\":\"desired/a\",\"body\":{}}},"
                    + "{\"delete\":{\"prefix\":\"desired/b\"}},{\"get\":{\"key\":\"desired/c\"}},"
                    + "{\"list\":{\"prefix\":\"desired/\",\"keysOnly\":true}}]}")
            .run("txn", "--file", "-", "-o", "json");
    assertThat(shown.out())
        .isEqualTo(
            "{\"revision\":7,\"succeeded\":false,\"results\":[{\"put\":{}},"
                + "{\"delete\":{\"deleted\":2}},{\"get\":{\"fact\":null}},"
                + "{\"list\":{\"facts\":[{\"key\":\"desired/a\",\"kind\":\"desired\","
                + "\"createRevision\":2,\"modRevision\":7,\"version\":4}],\"more\":true}}],"
                + "\"duplicate\":false}\n");
    assertThat(shown.code()).isZero();
  }

  @Test
  void aWrongFileEndsWithTwoAndItsPathIsTheField() {
    Result result = cli.stdin("{\"then\":[{}]}").run("txn", "--file", "-", "-o", "json");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("\"field\":\"then[0]\"");
    assertThat(cli.store.opened).isEmpty();
  }

  @Test
  void theExampleOfTheHelpIsRight() {
    String help = cli.run("txn", "--help").out();
    String example = help.substring(help.indexOf("<<'END'") + 7, help.lastIndexOf("END"));
    assertThat(TxnFile.parse(example).then()).hasSize(2);
  }
}
