// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.StateStore;
import java.util.ArrayList;
import java.util.List;

/**
 * All that replicas must agree on.
 *
 * @param rows in key order
 */
record States(StoreMeta meta, List<Row> rows) {
  static States of(StateStore store) {
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      List<Row> rows = new ArrayList<>();
      snapshot.scan(KeyRange.ALL, rows::add);
      return new States(snapshot.meta(), rows);
    }
  }
}
