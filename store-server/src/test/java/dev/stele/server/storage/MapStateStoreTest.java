// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.port.StateStore;

final class MapStateStoreTest extends StateStoreContract {
  @Override
  StateStore open() {
    return new MapStateStore();
  }

  @Override
  StateStore crash(StateStore store) {
    return ((MapStateStore) store).crash();
  }
}
