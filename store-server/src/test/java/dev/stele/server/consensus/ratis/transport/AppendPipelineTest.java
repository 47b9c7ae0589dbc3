// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a leader sends, and what it makes of the answers. */
final class AppendPipelineTest {
  private static final int SCHEDULES = 400;
  private static final int ENTRIES = 120;

  @Test
  void aFollowerComesToTheLeadersLogOverEveryKindOfConnection() {
    for (long seed = 0; seed < SCHEDULES; seed++) {
      Random random = new Random(seed);
      SimFollower world = new SimFollower(random);
      world.begin(1 + random.nextInt(20), random.nextInt(20));
      world.lossy = random.nextInt(3) == 0 ? 0.2 : 0;
      world.reordering = random.nextBoolean();
      world.breaking = random.nextInt(3) == 0 ? 0.02 : 0;
      world.failing = random.nextInt(4) == 0 ? 0.1 : 0;
      for (int i = 0; i < ENTRIES; i++) {
        world.append();
        world.runFor(random.nextInt(3_000_000));
      }
      world.heal();
      world.runFor(20_000_000_000L);

      assertThat(world.isWhole()).as("seed %d: %s", seed, world).isTrue();
      assertThat(world.followersCommit()).as("seed %d", seed).isEqualTo(world.committed());
    }
  }

  @Test
  void anIdleFollowerThatLostItsLastAppendGetsItAgain() {
    SimFollower world = new SimFollower(new Random(1));
    world.begin(3, 0);
    world.runFor(1_000_000_000);
    world.lossy = 1;
    world.append();
    world.runFor(10_000_000);
    world.lossy = 0;

    world.runFor(2 * AppendPipeline.RESEND_NANOS);

    assertThat(world.isWhole()).isTrue();
  }

  @Test
  void entriesDontWaitForAnswers() {
    SimFollower world = following();
    world.silent = true;
    for (int i = 0; i < AppendPipeline.MAX_IN_FLIGHT; i++) {
      world.append();
      world.runFor(1_000);
    }
    assertThat(world.pipeline.inFlight()).isEqualTo(AppendPipeline.MAX_IN_FLIGHT);
    assertThat(world.sentAppends).isEqualTo(world.sentBefore + AppendPipeline.MAX_IN_FLIGHT);
  }

  @Test
  void oneAppendTooManyWaitsForAnAnswer() {
    SimFollower world = following();
    world.silent = true;
    for (int i = 0; i < AppendPipeline.MAX_IN_FLIGHT + 1; i++) {
      world.append();
      world.runFor(1_000);
    }
    assertThat(world.sentAppends).isEqualTo(world.sentBefore + AppendPipeline.MAX_IN_FLIGHT);
    world.silent = false;
    world.answerWhatWaits();
    world.runFor(10_000_000);
    assertThat(world.isWhole()).isTrue();
  }

  @Test
  void heartbeatsGoWhileAppendsWait() {
    SimFollower world = following();
    world.silentOnAppends = true;
    for (int i = 0; i < 2 * AppendPipeline.MAX_IN_FLIGHT; i++) {
      world.append();
    }
    long before = world.sentHeartbeats;
    world.runFor(1_000_000_000);
    assertThat(world.sentHeartbeats - before).isGreaterThanOrEqualTo(5);
    assertThat(world.drops).isZero();
  }

  @Test
  void aPeerThatAnswersNothingGetsAnotherConnection() {
    SimFollower world = following();
    world.silent = true;
    world.append();
    world.runFor(2 * SimFollower.SILENCE_NANOS);
    assertThat(world.drops).isPositive();
  }

  @Test
  void aCommitIsToldSoonAndOnceWhenNothingElseIsSent() {
    SimFollower world = following();
    world.append();
    long before = world.sentHeartbeats;
    world.runFor(10 * AppendPipeline.NOTICE_NANOS);
    assertThat(world.followersCommit()).isEqualTo(world.committed());
    assertThat(world.sentHeartbeats).isEqualTo(before + 1);
  }

  @Test
  void aFollowerThatRefusesEverythingIsNotFlooded() {
    SimFollower world = following();
    world.failing = 1;
    world.append();
    long before = world.sentAppends;
    world.runFor(1_000_000_000);
    assertThat(world.sentAppends - before)
        .isLessThanOrEqualTo(
            AppendPipeline.QUICK_RETRIES + 2 + 1_000_000_000 / SimFollower.RETRY_NANOS);
  }

  @Test
  void aLaterTermIsTold() {
    SimFollower world = following();
    world.term = 9;
    world.append();
    world.runFor(10_000_000);
    assertThat(world.heardTerm).isEqualTo(9);
  }

  private static SimFollower following() {
    SimFollower world = new SimFollower(new Random(7));
    world.begin(3, 0);
    world.append();
    world.runFor(1_000_000_000);
    assertThat(world.isWhole()).isTrue();
    world.sentBefore = world.sentAppends;
    return world;
  }
}
