// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.port.StoreFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.junit.jupiter.api.Test;

final class VoteSyncTest {
  private static final Path CURRENT = Path.of("raft/group/current");
  private static final Path GROUP = Path.of("raft/group");

  private final List<Path> synced = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private RaftStorageMetadata written = vote(1, "n1");
  private IOException failure;

  @Test
  void theFirstMessageSyncsTheFolderAndThoseAboveIt() {
    opened().beforeTelling();
    assertThat(synced).containsExactly(CURRENT, GROUP);
  }

  @Test
  void whatIsDurableCostsNothingMore() {
    VoteSync votes = opened();
    for (int message = 0; message < 1000; message++) {
      votes.beforeTelling(1);
    }
    assertThat(synced).hasSize(2);
  }

  @Test
  void eachNewVoteAndEachNewTermIsSyncedOnce() {
    VoteSync votes = opened();
    votes.beforeTelling();
    synced.clear();
    for (RaftStorageMetadata next : List.of(vote(2, ""), vote(2, "n3"), vote(3, "n3"))) {
      written = next;
      votes.beforeTelling();
      votes.beforeTelling();
    }
    assertThat(synced).containsExactly(CURRENT, CURRENT, CURRENT);
  }

  @Test
  void aVoteWrittenDuringASyncIsSyncedByItself() {
    VoteSync votes =
        new VoteSync(
            folder -> {
              synced.add(folder);
              written = vote(2, "n3");
            },
            this::fault);
    votes.opened(() -> written, List.of(CURRENT));
    votes.beforeTelling();
    votes.beforeTelling();
    assertThat(synced).containsExactly(CURRENT, CURRENT);
  }

  @Test
  void nobodyIsToldWhileAnotherThreadStillSyncs() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    VoteSync votes =
        new VoteSync(
            folder -> {
              begun.countDown();
              awaitLatch(finish);
              synced.add(folder);
            },
            this::fault);
    votes.opened(() -> written, List.of(CURRENT));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> first = threads.submit(() -> votes.beforeTelling());
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      Future<List<Path>> second =
          threads.submit(
              () -> {
                votes.beforeTelling();
                return List.copyOf(synced);
              });
      finish.countDown();
      first.get(10, TimeUnit.SECONDS);
      assertThat(second.get(10, TimeUnit.SECONDS)).containsExactly(CURRENT);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFailedSyncIsFatalAndNothingIsToldEverAfter() {
    VoteSync votes = opened();
    failure = new IOException("no such luck");
    assertThatThrownBy(votes::beforeTelling).isInstanceOf(StoreFault.class).hasCause(failure);
    assertThat(faults).containsExactly("the vote can't be made durable");
    failure = null;
    assertThatThrownBy(votes::beforeTelling).isInstanceOf(StoreFault.class);
    assertThat(synced).isEmpty();
    assertThat(faults).hasSize(1);
  }

  @Test
  void aTermThatWasNeverWrittenIsFatal() {
    VoteSync votes = opened();
    assertThatThrownBy(() -> votes.beforeTelling(2))
        .isInstanceOf(StoreFault.class)
        .hasRootCauseMessage("term 2 was not written, but " + written);
    assertThat(faults).hasSize(1);
  }

  @Test
  void nothingIsToldBeforeTheStorageIsOpen() {
    VoteSync votes = new VoteSync(synced::add, this::fault);
    assertThatThrownBy(votes::beforeTelling).isInstanceOf(IllegalStateException.class);
  }

  private VoteSync opened() {
    VoteSync votes =
        new VoteSync(
            folder -> {
              if (failure != null) {
                throw failure;
              }
              synced.add(folder);
            },
            this::fault);
    votes.opened(() -> written, List.of(CURRENT, GROUP));
    return votes;
  }

  private void fault(String what, Throwable cause) {
    faults.add(what);
  }

  private static void awaitLatch(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IOException("the disk hangs");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static RaftStorageMetadata vote(long term, String votedFor) {
    return RaftStorageMetadata.valueOf(term, RaftPeerId.valueOf(votedFor));
  }
}
