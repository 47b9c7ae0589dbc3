// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node's view of Raft, as a test sets it; it notes what it is asked. */
final class FakeRaft implements RaftView {
  long term = 5;
  boolean ready = true;
  long committed = 40;
  Voters voters = new Voters(Set.of("n0", "n1", "n2"), Set.of());
  Optional<String> leader = Optional.of("n0");
  final List<String> asked = new ArrayList<>();

  @Override
  public long term() {
    asked.add("term");
    return term;
  }

  @Override
  public boolean leaderReady() {
    asked.add("ready");
    return ready;
  }

  @Override
  public long committedIndex() {
    asked.add("index");
    return committed;
  }

  @Override
  public Voters voters() {
    asked.add("voters");
    return voters;
  }

  @Override
  public Optional<String> leader() {
    return leader;
  }
}
