// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.SessionUsage;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.port.LogPosition;
import dev.stele.server.storage.MapStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of client sessions at their limits; {@link CoreAgainstModelTest} has the rest. */
final class OnceTest {
  private static final SessionId ID = new SessionId(1, 2);
  private static final Key KEY = Key.of("config/a");
  private static final long START = 10 * Limits.SESSION_TTL_MILLIS;

  private final MapStateStore store = new MapStateStore();

  OnceTest() {
    commit(Effects.none(StoreMeta.EMPTY.withStoreTimeMillis(START)));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aRetryGetsTheSameAnswerWhateverHappenedSince() {
    Result first = decide(once(1, 1, put("x")));
    decide(put("y"));
    assertThat(first).isEqualTo(new Once.Answered(new Put.Written(1, 1, 1), false));
    assertThat(decide(once(1, 1, put("x"))))
        .isEqualTo(new Once.Answered(new Put.Written(1, 1, 1), true));
    assertThat(store.meta().revision()).isEqualTo(2);
  }

  @Test
  void aRefusalIsAnAnswerAndIsRepeatedToo() {
    Command onlyIfAbsent = put("x", new Expect.Absent());
    decide(put("there"));
    Once.Answered first = (Once.Answered) decide(once(1, 1, onlyIfAbsent));
    decide(new Delete(KeyRange.single(KEY), OptionalLong.empty(), List.of()));
    assertThat(((Refusal) first.result()).reason()).isEqualTo(Reason.ALREADY_EXISTS);
    // Now it could be put, but the caller may have been told that it was not.
    assertThat(decide(once(1, 1, onlyIfAbsent))).isEqualTo(new Once.Answered(first.result(), true));
  }

  @Test
  void everyKindOfAnswerComesBackWhole() {
    Txn txn =
        new Txn(
            List.of(new Compare(KEY, Compare.Relation.EQUAL, new Compare.Exists(false))),
            List.of(
                new Operation.PutFact(KEY, Bytes.utf8("x"), Optional.empty()),
                new Operation.GetFact(KEY),
                new Operation.GetFact(Key.of("config/none")),
                new Operation.ListFacts(KeyRange.ALL, 10, true),
                new Operation.DeleteFacts(KeyRange.single(Key.of("config/none")))),
            List.of(),
            List.of());
    Delete delete = new Delete(KeyRange.single(KEY), OptionalLong.of(1), List.of());
    Once.Answered ran = (Once.Answered) decide(once(1, 1, txn));
    Once.Answered deleted = (Once.Answered) decide(once(2, 1, delete));
    assertThat(decide(once(1, 1, txn))).isEqualTo(new Once.Answered(ran.result(), true));
    assertThat(decide(once(2, 1, delete))).isEqualTo(new Once.Answered(deleted.result(), true));
  }

  @Test
  void theWindowEndsWhereItSays() {
    decide(once(1, 1, put("x")));
    assertRefused(once(1 + Limits.SESSION_WINDOW, 1, put("x")), Reason.WINDOW_FULL, ".sequence");
    assertTakesEffect(once(Limits.SESSION_WINDOW, 1, put("x")));
    // With the first one acknowledged there is room for one more.
    assertTakesEffect(once(1 + Limits.SESSION_WINDOW, 2, put("x")));
    assertRefused(once(2 + Limits.SESSION_WINDOW, 2, put("x")), Reason.WINDOW_FULL, ".sequence");
  }

  @Test
  void whatWasAcknowledgedIsForgottenAndNotDecidedAgain() {
    decide(once(1, 1, put("x")));
    decide(once(2, 2, put("y")));
    assertRefused(once(1, 1, put("x")), Reason.SEQUENCE_TOO_OLD, ".sequence");
    // A tag with an older mark does not bring the mark back.
    decide(once(3, 1, put("z")));
    assertRefused(once(1, 1, put("x")), Reason.SEQUENCE_TOO_OLD, ".sequence");
  }

  @Test
  void anotherWriteUnderAUsedSequenceIsRefused() {
    LeaseRef guard = new LeaseRef("boss", 1);
    decide(once(1, 1, put("x")));
    List<Command> others =
        List.of(
            put("y"),
            put("x", new Expect.Absent()),
            put("x", new Expect.AtRevision(1)),
            new Put(KEY, Bytes.utf8("x"), Expect.ANYTHING, Optional.of(guard), List.of()),
            new Put(KEY, Bytes.utf8("x"), Expect.ANYTHING, Optional.empty(), List.of(guard)),
            new Delete(KeyRange.single(KEY), OptionalLong.empty(), List.of()));
    for (Command other : others) {
      assertRefused(once(1, 1, other), Reason.SEQUENCE_REUSED, ".sequence");
    }
  }

  @Test
  void aWriteFirstSentOneTtlAgoIsExpiredAndOneLaterIsNot() {
    long oldest = START - Limits.SESSION_TTL_MILLIS;
    assertRefused(tagged(1, 1, oldest, put("x")), Reason.SESSION_EXPIRED, "");
    assertTakesEffect(tagged(1, 1, oldest + 1, put("x")));
  }

  @Test
  void aTagFromTheFutureIsRefused() {
    assertTakesEffect(tagged(1, 1, START, put("x")));
    assertRefused(tagged(2, 1, START + 1, put("x")), Reason.INVALID_FIELD, ".store_time_millis");
  }

  @Test
  void aForgottenSessionDoesNotDecideAgainWhatWasDecidedUnderIt() {
    Command write = once(1, 1, put("x"));
    decide(write);
    pass(Limits.SESSION_TTL_MILLIS - 1);
    assertThat(decide(new ExpireSessions(List.of(ID)))).isEqualTo(new ExpireSessions.Expired(0));
    pass(1);
    // Nobody forgot it yet, so the answer is still there.
    assertThat(decide(write)).isEqualTo(new Once.Answered(new Put.Written(1, 1, 1), true));
    assertThat(decide(new ExpireSessions(List.of(ID, ID))))
        .isEqualTo(new ExpireSessions.Expired(1));
    assertThat(store.meta().sessions()).isEqualTo(SessionUsage.NONE);
    assertRefused(write, Reason.SESSION_EXPIRED, "");
    // Not even when the same session was opened anew by a later write.
    assertTakesEffect(tagged(2, 1, store.meta().storeTimeMillis(), put("y")));
    assertRefused(write, Reason.SESSION_EXPIRED, "");
  }

  @Test
  void anAnswerThatIsTooLargeToKeepRefusesTheWrite() {
    decide(put("b".repeat(3_000)));
    assertThat(((Once.Answered) decide(once(1, 1, reads(1)))).result()).isInstanceOf(Txn.Ran.class);
    Once.Answered refused = (Once.Answered) decide(once(2, 1, reads(2)));
    assertThat(((Refusal) refused.result()).reason()).isEqualTo(Reason.REPLY_TOO_LARGE);
    assertThat(store.meta().revision()).isEqualTo(2);
    assertThat(decide(once(2, 1, reads(2)))).isEqualTo(new Once.Answered(refused.result(), true));
  }

  @Test
  void noMoreSessionsAreOpenedThanAreAllowed() {
    pretend(new SessionUsage(Limits.SESSIONS_MAX - 1, 0));
    assertTakesEffect(once(1, 1, put("x")));
    pretend(new SessionUsage(Limits.SESSIONS_MAX, 0));
    assertRefused(
        new Once(new SessionTag(new SessionId(7, 7), 1, 1, START), put("x")),
        Reason.LIMIT_REACHED,
        "");
    assertTakesEffect(once(2, 1, put("x")));
  }

  @Test
  void noMoreRepliesAreKeptThanAreAllowed() {
    decide(once(1, 1, put("x")));
    pretend(new SessionUsage(1, Limits.SESSIONS_MAX_BYTES));
    assertRefused(once(2, 1, put("x")), Reason.LIMIT_REACHED, "");
    // Who acknowledges makes room.
    assertTakesEffect(once(2, 2, put("x")));
  }

  @Test
  void onlyWritesHaveASession() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> once(1, 1, new ExpireSessions(List.of())));
    assertThatIllegalArgumentException().isThrownBy(() -> once(1, 1, once(1, 1, put("x"))));
  }

  private static Txn reads(int count) {
    List<Operation> operations = new ArrayList<>();
    operations.add(
        new Operation.PutFact(Key.of("config/b"), Bytes.utf8("written"), Optional.empty()));
    for (int i = 0; i < count; i++) {
      operations.add(new Operation.GetFact(KEY));
    }
    return new Txn(List.of(), operations, List.of(), List.of());
  }

  private static Put put(String body) {
    return put(body, Expect.ANYTHING);
  }

  private static Put put(String body, Expect expect) {
    return new Put(KEY, Bytes.utf8(body), expect, Optional.empty(), List.of());
  }

  private static Once once(long sequence, long mark, Command write) {
    return tagged(sequence, mark, START, write);
  }

  private static Once tagged(long sequence, long mark, long seenMillis, Command write) {
    return new Once(new SessionTag(ID, sequence, mark, seenMillis), write);
  }

  private void assertTakesEffect(Command command) {
    long before = store.meta().revision();
    assertThat(((Once.Answered) decide(command)).duplicate()).isFalse();
    assertThat(store.meta().revision()).isEqualTo(before + 1);
  }

  private void assertRefused(Command command, Reason reason, String field) {
    StoreMeta before = store.meta();
    Refusal refusal = (Refusal) decide(command);
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.field()).isEqualTo("header.session" + field);
    assertThat(store.meta()).isEqualTo(before);
  }

  private Result decide(Command command) {
    Stamp stamp = new Stamp(1, store.meta().storeTimeMillis(), 0);
    Decided decided = EntryRule.decide(store.latest(), stamp, List.of(command));
    commit(decided.effects());
    return decided.results().get(0);
  }

  private void pass(long millis) {
    StoreMeta meta = store.meta();
    commit(Effects.none(meta.withStoreTimeMillis(meta.storeTimeMillis() + millis)));
  }

  private void pretend(SessionUsage usage) {
    StoreMeta meta = store.meta();
    commit(Effects.none(meta.withSessions(usage, meta.contentHash())));
  }

  private void commit(Effects effects) {
    store.commit(new LogPosition(1, store.applied().index() + 1), effects);
  }
}
