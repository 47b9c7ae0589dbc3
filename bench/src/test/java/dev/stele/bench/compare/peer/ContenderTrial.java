// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.bench.compare.Ability;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.Driver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What every contender must be able to do, in one go, since starting it takes the most time. */
public final class ContenderTrial {
  private static final long CALL_SECONDS = 20;
  private static final int PORTS = 40;

  private ContenderTrial() {}

  /** Starts it, does one of each, kills and restarts its leader, and looks that all has ended. */
  public static void run(Contender contender, Path directory) throws Exception {
    List<Long> pids;
    try (Cluster cluster = contender.start(directory, freePorts())) {
      pids = cluster.pids();
      assertThat(pids).allMatch(pid -> isAlive(pid));
      try (Driver driver = cluster.connect(2)) {
        writesAndReads(contender.abilities(), driver);
        if (contender.abilities().contains(Ability.WATCH)) {
          aWatcherSeesEachChange(driver);
        }
        if (contender.abilities().contains(Ability.LEASE)) {
          leasesAreRenewed(driver);
        }
        if (contender.abilities().contains(Ability.CLAIM)) {
          eachItemIsClaimedOnceUntilItsLeaseEnds(driver);
        }
        if (contender.abilities().contains(Ability.FAULTS)) {
          pids = new ArrayList<>(pids);
          pids.addAll(theLeaderMayDie(cluster, driver));
        }
      }
      assertThat(contender.version()).containsPattern("\\d+\\.\\d+");
      assertThat(contender.settings()).isNotEmpty();
    }
    assertThat(pids).noneMatch(ContenderTrial::isAlive);
  }

  private static void writesAndReads(Set<Ability> abilities, Driver driver) throws Exception {
    done(driver.put("trial/a", bytes("1")));
    if (!abilities.contains(Ability.LINEARIZABLE_GET)) {
      return;
    }
    done(driver.put("trial/a", bytes("2")));
    done(driver.put("trial/b", bytes("0")));
    done(driver.put("trial/c", bytes("0")));
    assertThat(done(driver.get("trial/a", true))).isEqualTo(bytes("2"));
    assertThat(done(driver.get("trial/a", false))).isEqualTo(bytes("2"));
    assertThatThrownBy(() -> done(driver.get("trial/none", true))).isInstanceOf(Exception.class);
    if (abilities.contains(Ability.TRANSACTION)) {
      done(driver.transact("trial/a", "trial/b", "trial/c", bytes("3")));
      assertThat(done(driver.get("trial/b", true))).isEqualTo(bytes("3"));
      assertThat(done(driver.get("trial/c", true))).isEqualTo(bytes("3"));
      assertThatThrownBy(
              () -> done(driver.transact("trial/none", "trial/b", "trial/c", bytes("4"))))
          .isInstanceOf(Exception.class);
      assertThat(done(driver.get("trial/b", true))).isEqualTo(bytes("3"));
    }
  }

  private static void aWatcherSeesEachChange(Driver driver) throws Exception {
    List<String> first = Collections.synchronizedList(new ArrayList<>());
    List<String> second = Collections.synchronizedList(new ArrayList<>());
    done(driver.put("seen/x", bytes("before")));
    try (AutoCloseable one = driver.watch("seen/", value -> first.add(new String(value, UTF_8)));
        AutoCloseable two = driver.watch("seen/", value -> second.add(new String(value, UTF_8)))) {
      done(driver.put("trial/a", bytes("elsewhere")));
      for (int i = 0; i < 3; i++) {
        done(driver.put("seen/" + i, bytes("v" + i)));
      }
      await().until(() -> first.size() >= 3 && second.size() >= 3);
    }
    assertThat(first).containsExactly("v0", "v1", "v2");
    assertThat(second).containsExactly("v0", "v1", "v2");
  }

  private static void leasesAreRenewed(Driver driver) throws Exception {
    List<String> leases = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      leases.add(done(driver.grant("trial/lease" + i, 10_000)));
    }
    done(driver.renew(leases));
    done(driver.renew(leases));
    assertThat(leases).doesNotHaveDuplicates();
  }

  private static void eachItemIsClaimedOnceUntilItsLeaseEnds(Driver driver) throws Exception {
    done(driver.fillPool("trial", 3));
    String one = done(driver.grant("trial/one", 10_000));
    String other = done(driver.grant("trial/other", 10_000));
    assertThat(done(driver.claim("trial", one, 1))).contains("000000");
    assertThat(done(driver.claim("trial", other, 1))).contains("000001");
    assertThat(done(driver.claim("trial", one, 100))).contains("000002");
    assertThat(done(driver.claim("trial", other, 1))).isEmpty();
    done(driver.release(one));
    done(driver.release(other));
    done(driver.fillPool("trial", 3));
    String third = done(driver.grant("trial/third", 10_000));
    assertThat(done(driver.claim("trial", third, 1))).contains("000000");
    done(driver.release(third));
  }

  /** Tells the processes that were started again. */
  private static List<Long> theLeaderMayDie(Cluster cluster, Driver driver) throws Exception {
    int leader = cluster.leader();
    long killed = cluster.pids().get(leader);
    cluster.kill(leader);
    assertThat(isAlive(killed)).isFalse();
    assertThat(cluster.pids().get(leader)).isZero();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> {
              driver.put("trial/a", bytes("after")).get(CALL_SECONDS, TimeUnit.SECONDS);
              return true;
            });
    cluster.startAgain(leader);
    assertThat(done(driver.get("trial/a", true))).isEqualTo(bytes("after"));
    assertThat(cluster.pids()).allMatch(ContenderTrial::isAlive);
    return cluster.pids();
  }

  private static <T> T done(CompletableFuture<T> call) throws Exception {
    return call.get(CALL_SECONDS, TimeUnit.SECONDS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static boolean isAlive(long pid) {
    return pid > 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static int freePorts() throws IOException {
    // Above what is given to outgoing connections nobody listens by chance; below it little does.
    for (int base = 21_000; base < 30_000; base += PORTS) {
      if (isFree(base)) {
        return base;
      }
    }
    throw new IOException("no 40 free ports in a row");
  }

  private static boolean isFree(int base) {
    for (int port = base; port < base + PORTS; port++) {
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        probe.setReuseAddress(true);
      } catch (IOException taken) {
        return false;
      }
    }
    return true;
  }
}
