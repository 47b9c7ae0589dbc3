// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.View;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each limit that the core holds, at it and one beyond it. */
final class CoreLimitsTest {
  private static final Key KEY = Key.of("desired/web");
  private static final Stamp STAMP = new Stamp(1, 0, 0);

  @Test
  void aBodyAtItsKindsLimitIsWrittenAndOneByteMoreIsNot() {
    View view = new Synthetic(0, 0, Usage.NONE);
    assertThat(decide(view, put(KEY, Limits.BODY_DEFAULT_MAX_BYTES)))
        .isEqualTo(new Put.Written(1, 1, 1));
    assertRefused(view, put(KEY, Limits.BODY_DEFAULT_MAX_BYTES + 1), Reason.BODY_TOO_LARGE, "body");
  }

  @Test
  void aKindTakesItsLastFactAndNoMoreButRewritesAndOtherKindsGoOn() {
    long most = Limits.KIND_DEFAULT_MAX_FACTS;
    Key fresh = Key.of("desired/fresh");
    assertThat(decide(new Synthetic(0, 0, Usage.NONE.plus("desired", most - 1, 0)), put(fresh, 1)))
        .isEqualTo(new Put.Written(1, 1, 1));
    View full = new Synthetic(1, 1, Usage.NONE.plus("desired", most, 0));
    assertRefused(full, put(fresh, 1), Reason.KIND_FULL, "key");
    assertThat(decide(full, put(Synthetic.key(0), 1))).isEqualTo(new Put.Written(1, 0, 2));
    assertThat(decide(full, put(Key.of("config/fresh"), 1))).isEqualTo(new Put.Written(1, 1, 1));
    assertThat(decide(full, delete(Synthetic.key(0)))).isEqualTo(new Delete.Deleted(1, 1));
  }

  @Test
  void aFullStoreTakesSmallerBodiesAndDeletesAndNothingThatGrowsIt() {
    long size = Synthetic.key(0).bytes().length() + 4L;
    View full = new Synthetic(1, 4, Usage.NONE.plus("desired", 1, Limits.STORE_MAX_BYTES));
    assertRefused(full, put(KEY, 0), Reason.STORE_FULL, "body");
    assertRefused(full, put(Synthetic.key(0), 5), Reason.STORE_FULL, "body");
    assertThat(decide(full, put(Synthetic.key(0), 4))).isEqualTo(new Put.Written(1, 0, 2));
    assertThat(decide(full, delete(Synthetic.key(0)))).isEqualTo(new Delete.Deleted(1, 1));
    View nearlyFull =
        new Synthetic(0, 0, Usage.NONE.plus("desired", 1, Limits.STORE_MAX_BYTES - size));
    assertThat(decide(nearlyFull, put(Synthetic.key(0), 4))).isEqualTo(new Put.Written(1, 1, 1));
  }

  @Test
  void oneCommandDeletesAHundredThousandFactsAndNotOneMore() {
    Command all = deletePrefix("desired/");
    View atLimit = new Synthetic(Limits.DELETE_MAX_FACTS, 0, Usage.NONE);
    assertThat(decide(atLimit, all)).isEqualTo(new Delete.Deleted(1, Limits.DELETE_MAX_FACTS));
    View beyond = new Synthetic(Limits.DELETE_MAX_FACTS + 1, 0, Usage.NONE);
    assertRefused(beyond, all, Reason.LIMIT_REACHED, "target");
  }

  @Test
  void theReadsOfATransactionReturnAtMostAMebibyte() {
    int bodyBytes = Limits.TXN_MAX_REPLY_BYTES / 64 - Synthetic.key(0).bytes().length();
    View view = new Synthetic(65, bodyBytes, Usage.NONE);
    assertThat(decide(view, reads(64))).isInstanceOf(Txn.Ran.class);
    assertRefused(view, reads(65), Reason.REPLY_TOO_LARGE, "then[64].get");
  }

  @Test
  void aPageHoldsAThousandFactsOrAMebibyteWhicheverComesFirst() {
    View many = new Synthetic(Limits.PAGE_MAX_FACTS + 1, 0, Usage.NONE);
    FactPage byCount = FactPage.read(many, KeyRange.ALL, Integer.MAX_VALUE, false);
    assertThat(byCount.facts()).hasSize(Limits.PAGE_MAX_FACTS);
    assertThat(byCount.more()).isTrue();
    int bodyBytes = Limits.PAGE_MAX_BYTES / 4 - Synthetic.key(0).bytes().length();
    FactPage exact = FactPage.read(new Synthetic(4, bodyBytes, Usage.NONE), KeyRange.ALL, 9, false);
    assertThat(exact.facts()).hasSize(4);
    assertThat(exact.bytes()).isEqualTo(Limits.PAGE_MAX_BYTES);
    assertThat(exact.more()).isFalse();
    FactPage over =
        FactPage.read(new Synthetic(4, bodyBytes + 1, Usage.NONE), KeyRange.ALL, 9, false);
    assertThat(over.facts()).hasSize(3);
    assertThat(over.more()).isTrue();
  }

  @Test
  void aPageOfKeysLeavesTheBodiesOut() {
    FactPage page = FactPage.read(new Synthetic(3, 100, Usage.NONE), KeyRange.ALL, 9, true);
    assertThat(page.facts()).hasSize(3).allMatch(fact -> fact.body().equals(Bytes.EMPTY));
  }

  @Test
  void oneStampMovesStoreTimeByASecondAtMostAndNeverBack() {
    assertThat(storeTimeAfter(5_000, 5_999)).isEqualTo(5_999);
    assertThat(storeTimeAfter(5_000, 6_000)).isEqualTo(6_000);
    assertThat(storeTimeAfter(5_000, 6_001)).isEqualTo(6_000);
    assertThat(storeTimeAfter(5_000, Long.MAX_VALUE)).isEqualTo(6_000);
    assertThat(storeTimeAfter(5_000, 4_999)).isEqualTo(5_000);
    assertThat(storeTimeAfter(5_000, Long.MIN_VALUE)).isEqualTo(5_000);
  }

  private static long storeTimeAfter(long before, long stamped) {
    View view = new Synthetic(0, 0, Usage.NONE, before);
    return EntryRule.decide(view, new Stamp(1, stamped, 0), List.of())
        .effects()
        .meta()
        .storeTimeMillis();
  }

  private static Put put(Key key, int bodyBytes) {
    Bytes body = Bytes.wrap(new byte[bodyBytes]);
    return new Put(key, body, Expect.ANYTHING, Optional.empty(), List.of());
  }

  private static Delete delete(Key key) {
    return new Delete(KeyRange.single(key), OptionalLong.empty(), List.of());
  }

  private static Delete deletePrefix(String prefix) {
    return new Delete(KeyRange.prefix(Bytes.utf8(prefix)), OptionalLong.empty(), List.of());
  }

  private static Txn reads(int count) {
    List<Operation> gets =
        IntStream.range(0, count)
            .mapToObj(i -> (Operation) new Operation.GetFact(Synthetic.key(i)))
            .toList();
    return new Txn(List.of(), gets, List.of(), List.of());
  }

  private static Result decide(View view, Command command) {
    return EntryRule.decide(view, STAMP, List.of(command)).results().get(0);
  }

  private static void assertRefused(View view, Command command, Reason reason, String field) {
    Decided decided = EntryRule.decide(view, STAMP, List.of(command));
    Refusal refusal = (Refusal) decided.results().get(0);
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(decided.effects().changes()).isEmpty();
    assertThat(decided.effects().meta().revision()).isEqualTo(view.meta().revision());
  }

  /**
   * A view of {@code count} facts made up on the spot, and of whatever usage a test wants to
   * pretend.
   */
  private record Synthetic(int count, int bodyBytes, Usage usage, long storeTimeMillis)
      implements View {
    Synthetic(int count, int bodyBytes, Usage usage) {
      this(count, bodyBytes, usage, 0);
    }

    static Key key(int i) {
      return Key.of("desired/%07d".formatted(i));
    }

    private Fact fact(int i) {
      Bytes body = Bytes.wrap(new byte[bodyBytes]);
      return new Fact(key(i), body, 0, new Position(0, i), 1, Optional.empty());
    }

    @Override
    public StoreMeta meta() {
      return StoreMeta.EMPTY.changed(0, usage, 0, 0).withStoreTimeMillis(storeTimeMillis);
    }

    @Override
    public Optional<Row> row(Key key) {
      for (int i = 0; i < count; i++) {
        if (key(i).equals(key)) {
          return Optional.of(fact(i));
        }
      }
      return Optional.empty();
    }

    @Override
    public Optional<Session> session(SessionId id) {
      return Optional.empty();
    }

    @Override
    public LeaseSide leaseSide(String name) {
      return LeaseSide.NONE;
    }

    @Override
    public void scanBound(String name, Consumer<Key> visitor) {}

    @Override
    public void scan(KeyRange range, RowVisitor visitor) {
      for (int i = 0; i < count && visitor.visit(fact(i)); i++) {
        assertThat(range.contains(key(i))).isTrue();
      }
    }
  }
}
