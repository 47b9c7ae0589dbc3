// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import dev.stele.server.micro.Microbenchmark;
import dev.stele.server.micro.Puts;
import dev.stele.server.port.LogPosition;
import dev.stele.server.storage.MapStateStore;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What deciding an entry costs, on facts that are all in memory. */
@State(Scope.Benchmark)
public class ApplyBenchmark extends Microbenchmark {
  private static final Stamp STAMP = new Stamp(1, 0, 0);

  /** Commands of an entry. */
  @Param({"1", "64", "512"})
  public int commands;

  private View view;
  private List<Command> puts;
  private List<Command> sessions;
  private List<Command> transactions;

  /** Writes the facts that are written again. */
  @Setup
  public void fill() {
    MapStateStore store = new MapStateStore();
    List<Command> all = new Puts().plain(Puts.KEYS);
    store.commit(new LogPosition(1, 0), EntryRule.decide(store.latest(), STAMP, all).effects());
    view = store.latest();
    puts = new Puts().plain(commands);
    sessions = new Puts().underSessions(commands);
    transactions = Collections.nCopies(commands, transaction());
  }

  /** If one fact stands, two others are written. */
  private static Txn transaction() {
    Bytes body = Bytes.wrap(new byte[Puts.BODY_BYTES]);
    return new Txn(
        List.of(new Compare(Puts.key(0), Compare.Relation.EQUAL, new Compare.Exists(true))),
        List.of(
            new Operation.PutFact(Puts.key(1), body, Optional.empty()),
            new Operation.PutFact(Puts.key(2), body, Optional.empty())),
        List.of(),
        List.of());
  }

  /** Puts that may happen twice. */
  @Benchmark
  public Decided puts() {
    return EntryRule.decide(view, STAMP, puts);
  }

  /** Puts of clients that retry. */
  @Benchmark
  public Decided putsUnderSessions() {
    return EntryRule.decide(view, STAMP, sessions);
  }

  /** Compare, put, put. */
  @Benchmark
  public Decided transactions() {
    return EntryRule.decide(view, STAMP, transactions);
  }
}
