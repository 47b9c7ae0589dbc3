// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.port.StateStore;

final class MapReclaimTest extends ReclaimContract {
  @Override
  StateStore open() {
    return new MapStateStore();
  }

  @Override
  StateStore crash(StateStore closing) {
    return ((MapStateStore) closing).crash();
  }
}
