// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.server.consensus.PretendedNode.Leadership;
import dev.stele.server.consensus.ratis.DirectorySync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a vote is on the disk when another node hears of it. */
final class VoteOrderTest {
  @TempDir Path directory;
  private final Image disk = new Image();

  @Test
  void aCandidatesVoteForItselfIsDurableWhenItsRequestArrives() throws Exception {
    List<RequestVoteRequestProto> asked = new CopyOnWriteArrayList<>();
    List<String> durable = new CopyOnWriteArrayList<>();
    try (TestCluster cluster = three()) {
      try (ServerSocket voter =
          PretendedNode.voter(
              "n2",
              "test",
              cluster.node("n2").settings().self().raft(),
              request -> {
                durable.add(disk.durable);
                asked.add(request);
              })) {
        assertThat(voter.isBound()).isTrue();
        cluster.node("n1").start();
        await()
            .atMost(TestNode.PATIENCE)
            .until(() -> asked.stream().anyMatch(it -> !it.getPreVote()));
      }
    }
    for (int i = 0; i < asked.size(); i++) {
      if (!asked.get(i).getPreVote()) {
        assertThat(durable.get(i)).contains(meta(asked.get(i).getCandidateTerm(), "n1"));
      }
    }
  }

  @Test
  void theVoteOfASingleNodeIsDurableWhenItLeads() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(1).disk(disk).start()) {
      long term = cluster.leader().standing().term();
      assertThat(disk.durable).contains(meta(term, "n1"));
    }
  }

  @Test
  void aVoteIsNotAnsweredBeforeItIsDurable() throws Exception {
    try (TestCluster cluster = three();
        PretendedNode candidate = pretended(cluster)) {
      cluster.node("n1").start();
      disk.hold();
      CompletableFuture<RequestVoteReplyProto> answer =
          CompletableFuture.supplyAsync(() -> candidate.askForVote(7));
      disk.awaitSync();
      await()
          .during(Duration.ofMillis(300))
          .atMost(TestNode.PATIENCE)
          .until(() -> !answer.isDone());
      disk.release();
      assertThat(answer.get(10, TimeUnit.SECONDS).getServerReply().getSuccess()).isTrue();
      assertThat(disk.durable).contains(meta(7, "n2"));
    }
  }

  @Test
  void aTermThatWasLearnedIsDurableWhenItsLeaderIsAnswered() throws Exception {
    try (TestCluster cluster = three();
        PretendedNode leader = pretended(cluster)) {
      cluster.node("n1").start();
      assertSuccess(leader.lead(9).heartbeat());
      assertThat(disk.durable).contains("term=9");
    }
  }

  @Test
  void heartbeatsSyncNothing() throws Exception {
    try (TestCluster cluster = three();
        PretendedNode leader = pretended(cluster)) {
      cluster.node("n1").start();
      Leadership leadership = leader.lead(9);
      assertSuccess(leadership.heartbeat());
      int before = disk.syncs.get();
      for (int i = 0; i < 50; i++) {
        assertSuccess(leadership.heartbeat());
      }
      assertThat(disk.syncs).hasValue(before);
    }
  }

  @Test
  void aVoteThatCanNotBeSyncedIsNotAnsweredAndStopsTheNode() throws Exception {
    try (TestCluster cluster = three();
        PretendedNode candidate = pretended(cluster)) {
      TestNode node = cluster.node("n1");
      node.start();
      disk.broken = true;
      assertThatThrownBy(() -> candidate.askForVote(7)).isInstanceOf(UncheckedIOException.class);
      assertThat(node.faults).hasSize(1);
      assertThat(node.faults.get(0)).contains("the vote can't be made durable");
      disk.broken = false;
      assertThatThrownBy(() -> candidate.askForVote(7)).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void aTermThatRatisFailedToWriteIsNotAnsweredAndStopsTheNode() throws Exception {
    try (TestCluster cluster = three();
        PretendedNode leader = pretended(cluster)) {
      TestNode node = cluster.node("n1");
      node.start();
      // Ratis writes this file first, and can't while it is a folder that is not empty.
      Files.createDirectories(current().resolve("raft-meta.tmp/in-the-way"));
      // The first one fails with the file; for the second one Ratis sees nothing new to write.
      Leadership leadership = leader.lead(9).heartbeat().heartbeat();

      await().atMost(TestNode.PATIENCE).until(() -> !node.faults.isEmpty());
      assertThat(node.faults.get(0)).contains("term 9 was not written");
      assertThat(leadership.answers).noneMatch(AppendEntriesReplyProto.class::isInstance);
    }
  }

  private TestCluster three() throws IOException {
    return new TestCluster.Plan(directory).nodes(3).disk(disk).build();
  }

  private static PretendedNode pretended(TestCluster cluster) {
    return new PretendedNode("test", "n2", "n1", cluster.node("n1").settings().self().raft());
  }

  private static void assertSuccess(Leadership leadership) throws InterruptedException {
    assertThat(leadership.answer())
        .isInstanceOfSatisfying(
            AppendEntriesReplyProto.class,
            answer -> assertThat(answer.getResult()).isEqualTo(AppendResult.SUCCESS));
  }

  private Path current() throws IOException {
    try (Stream<Path> found =
        Files.find(directory.resolve("n1"), 2, (path, it) -> path.endsWith("current"))) {
      return found.findFirst().orElseThrow();
    }
  }

  private static String[] meta(long term, String votedFor) {
    return new String[] {"term=" + term + "\n", "votedFor=" + votedFor + "\n"};
  }

  /** A disk that keeps of the file of votes what stood in it when its folder was synced. */
  private static final class Image implements DirectorySync {
    final AtomicInteger syncs = new AtomicInteger();
    volatile String durable = "";
    volatile boolean broken;
    private volatile CountDownLatch begun = new CountDownLatch(0);
    private volatile CompletableFuture<Void> released = CompletableFuture.completedFuture(null);

    void hold() {
      begun = new CountDownLatch(1);
      released = new CompletableFuture<Void>().orTimeout(1, TimeUnit.MINUTES);
    }

    void awaitSync() throws InterruptedException {
      assertThat(begun.await(TestNode.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    void release() {
      released.complete(null);
    }

    @Override
    public void sync(Path folder) throws IOException {
      if (broken) {
        throw new IOException("broken");
      }
      begun.countDown();
      // As little to be interrupted as the real one.
      released.join();
      Path meta = folder.resolve("raft-meta");
      if (Files.exists(meta)) {
        syncs.incrementAndGet();
        durable = Files.readString(meta);
      }
    }
  }
}
