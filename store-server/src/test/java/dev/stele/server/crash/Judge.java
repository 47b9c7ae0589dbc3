// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Compares what the processes on one directory say, one after the other, with the twin and with
 * what was promised before.
 */
final class Judge {
  private static final int KEPT_LINES = 12;

  private final Twin twin;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private long promised = -1;
  private long durable = -1;
  private long furthest = -1;
  private long applied;
  private long replayed;
  private boolean reached;
  private boolean finished;

  Judge(Twin twin) {
    this.twin = twin;
  }

  /** A process begins. */
  void started() {
    lastLines.clear();
    reached = false;
  }

  void line(String line) {
    if (lastLines.size() == KEPT_LINES) {
      lastLines.removeFirst();
    }
    lastLines.add(line);
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "opened" -> opened(number(words[1]), words[3]);
      case "log" -> log(number(words[1]), number(words[2]));
      case "applied" -> applied(number(words[1]), words);
      case "passed" -> passed(number(words[1]), words);
      case "published", "snapshot" -> promised = Math.max(promised, number(words[1]));
      case "reached" -> reached = true;
      case "finished" -> finished(number(words[1]), words[3]);
      default -> throw broken("it says");
    }
  }

  /** A process has ended; whether its end was the planned one. */
  boolean ended() {
    if (!reached && !finished) {
      throw broken("it ended by itself");
    }
    return reached;
  }

  private void opened(long index, String digest) {
    if (index < promised) {
      throw broken("durable was " + promised + ", and after the crash is " + index);
    }
    durable = index;
    requireState(index, digest);
  }

  /** The entry that is durable last must be there too: the next one is compared with it. */
  private void log(long first, long next) {
    if (first > Math.max(durable, 0)) {
      throw broken("the log begins at " + first + ", and what is durable ends at " + durable);
    }
    if (next != durable + 1) {
      throw broken("the replay begins at " + next + ", and what is durable ends at " + durable);
    }
  }

  private void applied(long index, String[] words) {
    if (number(words[2]) != index || number(words[3]) != twin.hash(index)) {
      throw broken("the state differs from the twin's");
    }
    if (number(words[4]) != twin.results(index)) {
      throw broken("the results differ from the twin's");
    }
    applied++;
    if (index <= furthest) {
      replayed++;
    }
    furthest = Math.max(furthest, index);
  }

  /** An entry that was applied before changes nothing when it comes again. */
  private void passed(long index, String[] words) {
    long standing = number(words[2]);
    if (standing < index || number(words[3]) != twin.hash(standing)) {
      throw broken("an entry took effect again");
    }
  }

  private void finished(long index, String digest) {
    finished = true;
    if (index != Workload.LENGTH - 1) {
      throw broken("it did not get to the end");
    }
    requireState(index, digest);
  }

  private void requireState(long index, String digest) {
    String expected = twin.at(index).toString().replace(" ", "");
    if (!digest.equals(expected)) {
      throw broken("what is held at " + index + " is not what the twin holds, " + expected);
    }
  }

  private BrokenPromise broken(String what) {
    return new BrokenPromise(what + "; it said last:\n" + String.join("\n", lastLines));
  }

  private static long number(String word) {
    return Long.parseLong(word);
  }

  boolean finished() {
    return finished;
  }

  /** Entries that were applied, replayed ones too. */
  long applied() {
    return applied;
  }

  /** Entries that were applied again because a crash had lost them. */
  long replayed() {
    return replayed;
  }
}
