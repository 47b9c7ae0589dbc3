// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeaseState;
import dev.stele.client.StoreClient;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.jepsen.cluster.Launcher;
import dev.stele.jepsen.cluster.ProcessCluster;
import dev.stele.jepsen.cluster.ProcessCluster.Node;
import dev.stele.jepsen.leases.WallClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Leases that are renewed over real processes (G5, G6): none is lost and none is held twice while
 * leaders are killed and paused, and whatever the wall clocks say.
 */
final class LeaseFaultIT {
  private static final int BASE_PORT = 17_700;
  private static final int LEASES = 50;
  private static final Duration TTL = Duration.ofSeconds(5);
  private static final Duration SHORT_TTL = Duration.ofSeconds(2);

  /** Beyond any TTL: what is not renewed is gone by then. */
  private static final Duration PAUSE = TTL.plusSeconds(2);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path directory;

  private final Launcher launcher = new Launcher(Path.of("..", "stele").toAbsolutePath());
  private ProcessCluster cluster;
  private StoreClient store;
  private StoreClient rival;

  @BeforeEach
  void startThreeNodes() {
    cluster = new ProcessCluster(launcher, directory.resolve("data"), BASE_PORT);
    cluster.start();
    store = client();
    rival = client();
  }

  @AfterEach
  void stopThem() {
    store.close();
    rival.close();
    cluster.close();
  }

  @Test
  void noLeaseThatIsRenewedIsLostWhileLeadersAreKilledAndPaused() throws Exception {
    List<LeaseHandle> held = acquire(TTL);
    List<Long> tokens = held.stream().map(LeaseHandle::token).toList();
    long term = term();

    Node killed = cluster.leader();
    cluster.kill(killed);
    assertAllStand(held, tokens, PAUSE);
    cluster.start();
    long afterKill = term();
    assertThat(afterKill).isGreaterThan(term);

    Node paused = cluster.leader();
    signal(paused, "STOP");
    try {
      assertAllStand(held, tokens, PAUSE);
    } finally {
      signal(paused, "CONT");
    }
    assertThat(term()).isGreaterThan(afterKill);
    assertAllStand(held, tokens, TTL);
    System.out.printf(
        "terms %d, %d, %d: leader %s killed, leader %s paused for %s; %d leases with tokens %d to"
            + " %d stood%n",
        term,
        afterKill,
        term(),
        killed.id(),
        paused.id(),
        PAUSE,
        LEASES,
        tokens.get(0),
        tokens.get(LEASES - 1));
  }

  @Test
  void wallClocksThatAreAnHourApartChangeNothing() throws Exception {
    Optional<WallClock> clock = WallClock.build(directory);
    assumeTrue(clock.isPresent(), "SKIPPED: no gcc to build the wall clock's library with");
    List<Node> nodes = cluster.nodes();
    restart(nodes.get(0), clock.get(), HOUR);
    restart(nodes.get(1), clock.get(), HOUR.negated());
    assertThat(wallClockAhead(nodes.get(0)).minus(HOUR).abs()).isLessThan(LONG);
    assertThat(wallClockAhead(nodes.get(1)).plus(HOUR).abs()).isLessThan(LONG);

    List<LeaseHandle> held = acquire(TTL);
    List<Long> tokens = held.stream().map(LeaseHandle::token).toList();
    cluster.kill(cluster.leader());
    assertAllStand(held, tokens, TTL);
    assertThatOneWithoutRenewalsLivesForItsTtl("controllers/brief");
    System.out.printf(
        "wall clocks %s and %s off: %d leases stood over a change of leaders%n",
        HOUR, HOUR.negated(), LEASES);
  }

  /** Nobody renews it; somebody else waits for it. */
  private void assertThatOneWithoutRenewalsLivesForItsTtl(String name) {
    long before = System.nanoTime();
    long token = store.leases().grant(name, LeaseOptions.ttl(SHORT_TTL)).join().lease().token();
    LeaseHandle next =
        rival.leases().acquire(name, LeaseOptions.ttl(SHORT_TTL).waitingUpTo(LONG)).join();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(SHORT_TTL);
    assertThat(next.token()).isGreaterThan(token);
    next.release().join();
  }

  private List<LeaseHandle> acquire(Duration ttl) {
    List<LeaseHandle> held = new ArrayList<>();
    for (int i = 0; i < LEASES; i++) {
      held.add(store.leases().acquire("controllers/" + i, LeaseOptions.ttl(ttl)).join());
    }
    return held;
  }

  /** All the while nobody else gets one, and at the end all are held under their old tokens. */
  private void assertAllStand(List<LeaseHandle> held, List<Long> tokens, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    int next = 0;
    while (System.nanoTime() < end) {
      assertThat(rivalGets("controllers/" + next)).isFalse();
      next = (next + 1) % LEASES;
    }
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(held)
                    .allSatisfy(lease -> assertThat(lease.state()).isEqualTo(LeaseState.HELD)));
    assertThat(held.stream().map(LeaseHandle::token).toList()).isEqualTo(tokens);
  }

  private boolean rivalGets(String name) {
    try {
      rival.leases().acquire(name, LeaseOptions.ttl(TTL)).join();
      return true;
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(LeaseHeldException.class);
      return false;
    }
  }

  private void restart(Node node, WallClock clock, Duration ahead) {
    cluster.kill(node);
    new ProcessCluster(launcher.with(clock.ahead(ahead)), directory.resolve("data"), BASE_PORT)
        .start();
    cluster.start();
  }

  /** Read off what the node itself writes down. */
  private Duration wallClockAhead(Node node) throws IOException {
    List<String> log = Files.readAllLines(directory.resolve("data/" + node.id() + "/server.log"));
    String last = log.get(log.size() - 1);
    Instant told = Instant.parse(last.substring(0, last.indexOf(' ')));
    return Duration.between(Instant.now(), told);
  }

  private long term() {
    return launcher
        .run(LONG, "cluster", "status", "--endpoints", cluster.endpoints(), "-o", "json")
        .json()
        .get("term")
        .asLong();
  }

  private StoreClient client() {
    return StoreClient.builder()
        .endpoints(cluster.endpoints())
        .requestTimeout(Duration.ofSeconds(30))
        .build();
  }

  private static void signal(Node node, String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(node.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
