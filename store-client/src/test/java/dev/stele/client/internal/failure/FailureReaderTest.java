// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.stele.client.error.AlreadyExistsException;
import dev.stele.client.error.CompactedException;
import dev.stele.client.error.CompareFailedException;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.ForbiddenException;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.NotFoundException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.PoolExhaustedException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SessionExpiredException;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.error.WrongEpochException;
import dev.stele.proto.v1.ErrorReason;
import dev.stele.proto.v1.WatchProblem;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The error table, row by row. */
final class FailureReaderTest {
  private static final Set<Reason> MAY_HAVE_HAPPENED =
      EnumSet.of(Reason.OUTCOME_UNKNOWN, Reason.SESSION_EXPIRED, Reason.SEQUENCE_TOO_OLD);
  private static final Set<Reason> TRIED_AGAIN =
      EnumSet.of(Reason.NOT_LEADER, Reason.NO_QUORUM, Reason.CORRUPT);
  private static final Map<Reason, Class<? extends SteleException>> TYPES = types();

  private static Map<Reason, Class<? extends SteleException>> types() {
    Map<Reason, Class<? extends SteleException>> types = new EnumMap<>(Reason.class);
    types.put(Reason.INVALID_FIELD, InvalidRequestException.class);
    types.put(Reason.BODY_TOO_LARGE, InvalidRequestException.class);
    types.put(Reason.UNKNOWN_KIND, InvalidRequestException.class);
    types.put(Reason.COMPARE_FAILED, CompareFailedException.class);
    types.put(Reason.ALREADY_EXISTS, AlreadyExistsException.class);
    types.put(Reason.NOT_FOUND, NotFoundException.class);
    types.put(Reason.FENCED, FencedException.class);
    types.put(Reason.LEASE_HELD, LeaseHeldException.class);
    types.put(Reason.COMPACTED, CompactedException.class);
    types.put(Reason.WRONG_EPOCH, WrongEpochException.class);
    types.put(Reason.KIND_FULL, LimitExceededException.class);
    types.put(Reason.STORE_FULL, LimitExceededException.class);
    types.put(Reason.OVER_BUDGET, LimitExceededException.class);
    types.put(Reason.OVERLOADED, LimitExceededException.class);
    types.put(Reason.NOT_LEADER, UnavailableException.class);
    types.put(Reason.NO_QUORUM, UnavailableException.class);
    types.put(Reason.OUTCOME_UNKNOWN, OutcomeUnknownException.class);
    types.put(Reason.SESSION_EXPIRED, SessionExpiredException.class);
    types.put(Reason.UNAUTHENTICATED, ForbiddenException.class);
    types.put(Reason.FORBIDDEN, ForbiddenException.class);
    types.put(Reason.SEQUENCE_REUSED, InvalidRequestException.class);
    types.put(Reason.REPLY_TOO_LARGE, InvalidRequestException.class);
    types.put(Reason.SEQUENCE_TOO_OLD, SessionExpiredException.class);
    types.put(Reason.WINDOW_FULL, LimitExceededException.class);
    types.put(Reason.LIMIT_REACHED, LimitExceededException.class);
    types.put(Reason.POOL_EXHAUSTED, PoolExhaustedException.class);
    types.put(Reason.CORRUPT, CorruptException.class);
    return types;
  }

  @Test
  void theReasonsAreThoseOfTheProtocol() {
    assertThat(Arrays.stream(Reason.values()).map(Reason::name))
        .containsExactlyElementsOf(
            Arrays.stream(ErrorReason.values())
                .map(ErrorReason::name)
                .filter(name -> !name.equals("UNRECOGNIZED"))
                .filter(name -> !name.equals("ERROR_REASON_UNSPECIFIED"))
                .toList());
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void eachReasonOfAWriteHasItsTypeItsWordOnTheOutcomeAndItsRetry(Reason reason) {
    Failure failure = read(info(reason.name(), Map.of()), true, true);

    SteleException exception = failure.exception();
    assertThat(exception).isInstanceOf(TYPES.get(reason)).hasMessageContaining("for people");
    assertThat(exception.reason()).isEqualTo(reason);
    assertThat(exception.mayHaveHappened()).isEqualTo(MAY_HAVE_HAPPENED.contains(reason));
    assertThat(failure.retriable()).isEqualTo(TRIED_AGAIN.contains(reason));
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void whatAWatchIsToldHasTheTypeThatACallWouldFailWith(Reason reason) {
    SteleException exception = FailureReader.read(problem(reason.name()).build(), "a:1");

    boolean unknown = reason == Reason.OUTCOME_UNKNOWN;
    assertThat(exception)
        .isInstanceOf(unknown ? UnavailableException.class : TYPES.get(reason))
        .hasMessageContaining("for people");
    assertThat(exception.reason()).isEqualTo(unknown ? Reason.NO_QUORUM : reason);
  }

  @Test
  void whatAWatchIsToldKeepsItsFieldFloorAndDelay() {
    SteleException compacted =
        FailureReader.read(problem("COMPACTED").setField("create").setFloor(7).build(), "a:1");
    assertThat(((CompactedException) compacted).floor()).isEqualTo(7);
    assertThat(compacted.field()).contains("create");
    SteleException later =
        FailureReader.read(problem("OVERLOADED").setRetryAfterMillis(90).build(), "a:1");
    assertThat(((LimitExceededException) later).retryAfter()).contains(Duration.ofMillis(90));
  }

  @Test
  void aNewerReasonOfAWatchIsForAllTimeUnlessItSaysWhenToComeBack() {
    assertThat(FailureReader.read(problem("TOO_BLUE").build(), "a:1"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("TOO_BLUE");
    assertThat(FailureReader.read(problem("TOO_BLUE").setRetryAfterMillis(5).build(), "a:1"))
        .isInstanceOf(LimitExceededException.class);
    assertThat(FailureReader.read(WatchProblem.getDefaultInstance(), "a:1"))
        .isInstanceOf(UnavailableException.class);
  }

  private static WatchProblem.Builder problem(String reason) {
    return WatchProblem.newBuilder().setReason(reason).setMessage("for people");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void aReadIsTriedAgainWhereAWriteIsAndWhenItsOutcomeIsUnknown(Reason reason) {
    Failure failure = read(info(reason.name(), Map.of()), false, true);

    assertThat(failure.retriable())
        .isEqualTo(TRIED_AGAIN.contains(reason) || reason == Reason.OUTCOME_UNKNOWN);
    if (reason == Reason.OUTCOME_UNKNOWN) {
      assertThat(failure.exception()).isInstanceOf(UnavailableException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void whenTheServerSaysThatItMayHaveHappenedItMayHave(Reason reason) {
    Failure failure = read(info(reason.name(), Map.of("mayHaveHappened", "true")), true, true);

    assertThat(failure.exception().mayHaveHappened()).isTrue();
    assertThat(failure.retriable()).isFalse();
  }

  @Test
  void detailsReachTheCaller() {
    CompareFailedException compare =
        (CompareFailedException)
            read(info("COMPARE_FAILED", Map.of("revision", "17")), true, true).exception();
    assertThat(compare.revision()).isEqualTo(17);

    CompactedException compacted =
        (CompactedException) read(info("COMPACTED", Map.of("floor", "5")), false, true).exception();
    assertThat(compacted.floor()).isEqualTo(5);

    AlreadyExistsException exists =
        (AlreadyExistsException)
            read(info("ALREADY_EXISTS", Map.of("revision", "no number")), true, true).exception();
    assertThat(exists.revision()).isZero();
  }

  @Test
  void theFieldComesFromTheViolationOrTheInfo() {
    BadRequest violation =
        BadRequest.newBuilder()
            .addFieldViolations(BadRequest.FieldViolation.newBuilder().setField("body"))
            .build();
    Any info = info("INVALID_FIELD", Map.of("field", "key"));
    assertThat(read(info, true, true).exception().field()).contains("key");
    assertThat(read(true, true, info, Any.pack(violation)).exception().field()).contains("body");
    assertThat(read(info("FENCED", Map.of()), true, true).exception().field()).isEmpty();
  }

  @Test
  void theDelayOfAnOverloadedServerIsKept() {
    RetryInfo retry =
        RetryInfo.newBuilder()
            .setRetryDelay(com.google.protobuf.Duration.newBuilder().setNanos(250_000_000))
            .build();
    Failure failure = read(true, true, info("OVERLOADED", Map.of()), Any.pack(retry));

    assertThat(failure.retriable()).isTrue();
    assertThat(failure.retryAfterNanos()).isEqualTo(250_000_000);
    assertThat(((LimitExceededException) failure.exception()).retryAfter())
        .contains(Duration.ofMillis(250));
    Failure budget = read(true, true, info("OVER_BUDGET", Map.of()), Any.pack(retry));
    assertThat(budget.retriable()).isFalse();
    assertThat(((LimitExceededException) budget.exception()).retryAfter()).isPresent();
  }

  @Test
  void aReasonOfANewerServerIsUnknownOutcomeUnlessItSaysThatNothingHappened() {
    assertThat(read(info("QUANTUM", Map.of()), true, true).exception())
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(read(info("QUANTUM", Map.of("mayHaveHappened", "false")), true, true).exception())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("QUANTUM");
  }

  @Test
  void detailsOfAnotherDomainAreNotOurs() {
    Any foreign =
        Any.pack(ErrorInfo.newBuilder().setDomain("example.com").setReason("NO_QUORUM").build());
    assertThat(read(foreign, true, true).exception()).isInstanceOf(OutcomeUnknownException.class);
  }

  @ParameterizedTest
  @EnumSource(value = Status.Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void aWriteThatWasNotSentNeverMayHaveHappened(Status.Code code) {
    Failure failure = FailureReader.read(Status.fromCode(code), new Metadata(), true, false, "a:1");
    assertThat(failure.exception().mayHaveHappened()).isFalse();
  }

  private static Any info(String reason, Map<String, String> metadata) {
    return Any.pack(
        ErrorInfo.newBuilder()
            .setDomain("stele")
            .setReason(reason)
            .putAllMetadata(metadata)
            .build());
  }

  private static Failure read(Any info, boolean write, boolean sent) {
    return read(write, sent, info);
  }

  private static Failure read(boolean write, boolean sent, Any... details) {
    StatusRuntimeException error =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.FAILED_PRECONDITION.value())
                .setMessage("for people")
                .addAllDetails(Arrays.asList(details))
                .build());
    return FailureReader.read(error.getStatus(), error.getTrailers(), write, sent, "a:1");
  }
}
