// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.client.NodeStatus;
import dev.stele.client.StoreClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** What runs of many holders have in common. */
public final class Crowd {
  private Crowd() {}

  /**
   * Asks something for each of {@code all}, so many at a time, and waits until all are answered,
   * however they are.
   */
  public static <T> void forEach(
      List<T> all, int underWay, Function<T, CompletableFuture<?>> request)
      throws InterruptedException {
    Semaphore room = new Semaphore(underWay);
    for (T each : all) {
      room.acquire();
      CompletableFuture<?> unused =
          request.apply(each).whenComplete((answer, failure) -> room.release());
    }
    room.acquire(underWay);
  }

  /** The node that leads, as {@code client} is told. */
  public static NodeStatus leader(StoreClient client)
      throws InterruptedException, ExecutionException {
    return client.cluster().status().get().nodes().stream()
        .filter(node -> node.role() == NodeStatus.Role.LEADER)
        .findFirst()
        .orElseThrow(() -> new ExecutionException(new IllegalStateException("no node leads")));
  }
}
