// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.service;

import dev.stele.client.StoreClient;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** One client for each list of endpoints, as long as anybody uses it. Thread-safe. */
final class SharedStores {
  private static final String CLOSER = "stele-client-resolver-close";

  private final Function<String, StoreClient> connect;
  private final Map<String, Shared> stores = new HashMap<>();

  /** A client and how many use it. */
  private static final class Shared {
    final StoreClient store;
    int users;

    Shared(StoreClient store) {
      this.store = store;
    }
  }

  SharedStores(Function<String, StoreClient> connect) {
    this.connect = connect;
  }

  /**
   * The client for these endpoints, to be given back.
   *
   * @throws IllegalArgumentException when one of them is none
   */
  synchronized StoreClient take(String endpoints) {
    Shared shared = stores.computeIfAbsent(endpoints, list -> new Shared(connect.apply(list)));
    shared.users++;
    return shared.store;
  }

  /** It is not used any more by one who took it. The last one closes it, without waiting. */
  synchronized void giveBack(String endpoints) {
    Shared shared = stores.get(endpoints);
    if (shared == null) {
      throw new IllegalStateException("nobody has a client for " + endpoints);
    }
    shared.users--;
    if (shared.users == 0) {
      stores.remove(endpoints);
      // It waits for threads of its own, and whoever gives it back must not.
      Thread closer = new Thread(shared.store::close, CLOSER);
      closer.setDaemon(true);
      closer.start();
    }
  }
}
