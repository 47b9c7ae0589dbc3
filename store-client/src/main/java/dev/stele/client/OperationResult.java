// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;
import java.util.Optional;

/** What one step of a transaction came to. */
public sealed interface OperationResult {
  /** Written, at the transaction's revision. */
  record Put() implements OperationResult {}

  /**
   * Deleted.
   *
   * @param count facts that are gone
   */
  record Delete(long count) implements OperationResult {}

  /**
   * Read.
   *
   * @param fact empty when there is none
   */
  record Get(Optional<Fact<byte[]>> fact) implements OperationResult {}

  /**
   * Listed.
   *
   * @param facts in key order
   * @param more whether the limit left some out
   */
  record Listed(List<Fact<byte[]>> facts, boolean more) implements OperationResult {
    public Listed {
      facts = List.copyOf(facts);
    }
  }
}
