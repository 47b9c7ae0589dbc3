// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class MailboxTest {
  private final Queue<Runnable> executor = new ArrayDeque<>();
  private final List<String> got = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final Mailbox mailbox = new Mailbox(executor::add, failures::add);

  private Runnable item(String name) {
    return () -> got.add(name);
  }

  private void runAll() {
    while (!executor.isEmpty()) {
      executor.remove().run();
    }
  }

  @Test
  void itemsAreHandedOverInOrderInTurns() {
    for (int i = 0; i < 65; i++) {
      mailbox.post(item("" + i));
    }
    assertThat(executor).hasSize(1);
    executor.remove().run();
    assertThat(got).hasSize(64);
    assertThat(executor).hasSize(1);
    executor.remove().run();
    assertThat(got).hasSize(65).startsWith("0", "1").endsWith("64");
    assertThat(executor).isEmpty();
  }

  @Test
  void ofReplaceablesInARowTheLatestIsKept() {
    mailbox.postReplaceable(item("a"));
    mailbox.postReplaceable(item("b"));
    mailbox.post(item("c"));
    mailbox.postReplaceable(item("d"));
    runAll();
    assertThat(got).containsExactly("b", "c", "d");
  }

  @Test
  void nothingFollowsTheLast() {
    mailbox.post(item("a"));
    mailbox.postLast(item("z"), false);
    mailbox.post(item("b"));
    mailbox.postLast(item("y"), true);
    runAll();
    assertThat(got).containsExactly("a", "z");
  }

  @Test
  void afterAFailureOnlyTheLastIsHandedOver() {
    IllegalStateException fault = new IllegalStateException("x");
    mailbox.post(
        () -> {
          throw fault;
        });
    mailbox.post(item("a"));
    runAll();
    mailbox.post(item("b"));
    mailbox.postLast(item("z"), false);
    runAll();
    assertThat(failures).containsExactly(fault);
    assertThat(got).containsExactly("z");
  }

  @Test
  void anExecutorThatRefusesLosesNothing() {
    Mailbox refused =
        new Mailbox(
            work -> {
              throw new RejectedExecutionException("shut down");
            },
            failures::add);
    refused.post(item("a"));
    refused.postLast(item("z"), false);
    assertThat(got).containsExactly("a", "z");
  }
}
