// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.ByteString;
import dev.stele.client.Expect;
import dev.stele.client.Keys;
import dev.stele.client.PutOptions;
import dev.stele.client.RetryBudget;
import dev.stele.client.StoreClient;
import dev.stele.client.Written;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import dev.stele.client.internal.link.Connection;
import dev.stele.proto.v1.PutRequest;
import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One schedule, all of it from a seed: a client writes, gives some writes up and rests, while
 * messages are lost, late and doubled, leaders change and store time jumps. When all that was under
 * way has arrived, what the client was told is held against what took effect.
 */
final class SessionSimulation {
  private static final int ROUNDS = 30;
  private static final int CONTENDED_KEYS = 3;

  private final Random random;
  private final SimulatedTime time;
  private final ModelStore store;
  private final SimulatedNetwork network;
  private final SessionWitness witness = new SessionWitness();
  private final List<Write> writes = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final Map<End, Integer> ends = new EnumMap<>(End.class);
  private final StoreClient client;

  /** What a caller was told. */
  enum End {
    DONE,
    REFUSED,
    UNKNOWN,
    EXPIRED,
    CANCELLED
  }

  private record Write(ByteString body, CompletableFuture<Written> outcome) {}

  /**
   * A schedule.
   *
   * @param mutation makes what damages writes on their way out, as a faulty client would
   */
  SessionSimulation(long seed, Function<ModelStore, UnaryOperator<PutRequest>> mutation) {
    random = new Random(seed);
    time = new SimulatedTime(random);
    store = new ModelStore(random.nextInt(10) == 0 ? 1 : 1_000);
    network = new SimulatedNetwork(time, store, random, witness, mutation.apply(store));
    ClientSettings settings =
        new ClientSettings(
            List.of("a:1", "b:1", "c:1"),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            random.nextInt(4) == 0 ? new RetryBudget(4, 20) : RetryBudget.standard(),
            true,
            Runnable::run,
            Optional.empty(),
            ObservationRegistry.NOOP);
    client =
        new DefaultStoreClient(
            settings,
            endpoint ->
                new Connection(
                    SimulatedCall.channel(network, time, random, endpoint.charAt(0) - 'a'),
                    SimulatedPipe.loop(time)),
            time);
  }

  /** Runs it; what broke a promise, in words. */
  List<String> run() {
    for (int round = 0; round < ROUNDS; round++) {
      act();
    }
    network.heal();
    pass(TimeUnit.SECONDS.toMillis(10));
    time.passAll();
    writes.forEach(this::judge);
    store.pass(ModelStore.TTL_MILLIS);
    CompletableFuture<Written> last = put("last", PutOptions.none());
    time.passAll();
    if (!last.isDone() || last.isCompletedExceptionally()) {
      violations.add("no write succeeds after all faults have ended: " + last);
    }
    violations.addAll(witness.complaints());
    client.close();
    return violations;
  }

  private void act() {
    switch (random.nextInt(12)) {
      case 0 -> write(random.nextInt(40) == 0 ? 600 : 30);
      case 1 -> network.elect();
      case 2 -> cancelOne();
      case 3 -> pass(TimeUnit.MINUTES.toMillis(1L << random.nextInt(8)));
      case 4 -> store.pass(random.nextInt(4) == 0 ? ModelStore.TTL_MILLIS : 500_000);
      case 5 -> pass(6_000);
      default -> write(1 + random.nextInt(6));
    }
    pass(random.nextInt(random.nextInt(3) == 0 ? 3_000 : 40));
  }

  /** Store time goes on with the world's. */
  private void pass(long millis) {
    time.pass(TimeUnit.MILLISECONDS.toNanos(millis));
    store.pass(millis);
  }

  private void write(int count) {
    for (int i = 0; i < count; i++) {
      boolean contended = random.nextInt(5) == 0;
      String key = contended ? "first-" + random.nextInt(CONTENDED_KEYS) : "w-" + writes.size();
      PutOptions options =
          contended ? PutOptions.none().expect(Expect.absent()) : PutOptions.none();
      byte[] body = ("body-" + writes.size()).getBytes(StandardCharsets.UTF_8);
      writes.add(
          new Write(
              ByteString.copyFrom(body),
              client.facts().raw().put(Keys.raw("desired/" + key), body, options)));
    }
  }

  private CompletableFuture<Written> put(String name, PutOptions options) {
    byte[] body = name.getBytes(StandardCharsets.UTF_8);
    return client.facts().raw().put(Keys.raw("desired/" + name), body, options);
  }

  private void cancelOne() {
    List<Write> open = writes.stream().filter(write -> !write.outcome.isDone()).toList();
    if (!open.isEmpty()) {
      open.get(random.nextInt(open.size())).outcome.cancel(true);
    }
  }

  private void judge(Write write) {
    int effects = store.effects(write.body);
    String what = write.body.toStringUtf8();
    if (!write.outcome.isDone()) {
      violations.add(what + " has no outcome");
      return;
    }
    End end = end(write, what);
    ends.merge(end, 1, Integer::sum);
    boolean kept =
        switch (end) {
          case DONE -> effects == 1;
          case REFUSED -> effects == 0;
          case UNKNOWN, EXPIRED, CANCELLED -> effects <= 1;
        };
    if (!kept) {
      violations.add(what + " is " + end + " and took effect " + effects + " times");
    }
  }

  private End end(Write write, String what) {
    try {
      write.outcome.join();
      return End.DONE;
    } catch (CancellationException e) {
      return End.CANCELLED;
    } catch (CompletionException e) {
      SteleException failure = (SteleException) e.getCause();
      switch (failure.reason()) {
        case SEQUENCE_TOO_OLD, SEQUENCE_REUSED, WINDOW_FULL, INVALID_FIELD, CORRUPT ->
            violations.add(what + " ends with " + failure.reason());
        default -> {
          // One of those that faults can bring about.
        }
      }
      if (failure.reason() == Reason.SESSION_EXPIRED) {
        return End.EXPIRED;
      }
      return failure.mayHaveHappened() ? End.UNKNOWN : End.REFUSED;
    }
  }

  int count(End end) {
    return ends.getOrDefault(end, 0);
  }

  SessionWitness witness() {
    return witness;
  }
}
