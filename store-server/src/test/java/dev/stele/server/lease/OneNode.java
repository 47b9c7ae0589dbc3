// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.AcquireLease.Acquired;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.Confirmations;
import dev.stele.server.port.Confirmations.Confirmation;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Ticker;
import dev.stele.server.storage.MapStateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cluster of one, whose log is as fast as its store. */
final class OneNode {
  static final long TERM = 3;

  final MapStateStore store = new MapStateStore();
  final LeaseFeed feed = new LeaseFeed();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final List<Command> decided = new CopyOnWriteArrayList<>();
  final List<String> faults = new CopyOnWriteArrayList<>();
  final Queue<CompletableFuture<Confirmation>> unconfirmed = new ConcurrentLinkedQueue<>();
  volatile boolean leads = true;
  volatile boolean confirms = true;

  LeaseKeeper.Setup setup(Ticker ticker) {
    return new LeaseKeeper.Setup(
        feed,
        (command, deadline) ->
            CompletableFuture.completedFuture(new Proposal.Decided(decide(command))),
        this::standing,
        this::confirm,
        store,
        ticker,
        (what, cause) -> faults.add(what),
        meters);
  }

  private Leadership.Standing standing() {
    Leadership.Role role = leads ? Leadership.Role.LEADER : Leadership.Role.FOLLOWER;
    return new Leadership.Standing(role, TERM, Optional.empty(), leads, 0, 0);
  }

  private CompletableFuture<Confirmation> confirm(long deadlineNanos) {
    CompletableFuture<Confirmation> confirmed = new CompletableFuture<>();
    if (confirms) {
      confirmed.complete(new Confirmations.Leads(TERM));
    } else {
      unconfirmed.add(confirmed);
    }
    return confirmed;
  }

  synchronized Result decide(Command command) {
    return decideAll(List.of(command)).get(0);
  }

  /** Decides {@code commands} as one entry. */
  synchronized List<Result> decideAll(List<Command> commands) {
    Stamp stamp = new Stamp(TERM, store.meta().storeTimeMillis() + 1, 0);
    EntryRule.Decided entry = EntryRule.decide(store.latest(), stamp, commands);
    store.commit(new LogPosition(TERM, store.applied().index() + 1), entry.effects());
    feed.committed(entry.effects().changes(), entry.effects().meta());
    decided.addAll(commands);
    return new ArrayList<>(entry.results());
  }

  LeaseRef acquire(String name, long ttlMillis) {
    Acquired acquired = (Acquired) decide(new AcquireLease(name, "h", ttlMillis, Bytes.EMPTY));
    return new LeaseRef(name, acquired.token());
  }

  double count(String meter, String tag, String value) {
    return meters.get(meter).tag(tag, value).counter().count();
  }

  double gauge(String meter) {
    return meters.get(meter).gauge().value();
  }
}
