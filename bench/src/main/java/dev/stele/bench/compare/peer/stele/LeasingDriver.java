// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import dev.stele.bench.compare.Driver;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What both ways to reach Stele have in common: leases go by raw gRPC. */
abstract class LeasingDriver implements Driver {
  private final SteleLeases leases;

  LeasingDriver(List<String> endpoints, int connections, int leader) {
    this.leases = new SteleLeases(endpoints, connections, leader);
  }

  @Override
  public final CompletableFuture<String> grant(String name, long ttlMillis) {
    return leases.grant(name, ttlMillis);
  }

  @Override
  public final CompletableFuture<Void> renew(List<String> names) {
    return leases.renew(names);
  }

  @Override
  public final CompletableFuture<Void> release(String lease) {
    return leases.release(lease);
  }

  @Override
  public void close() {
    leases.close();
  }
}
