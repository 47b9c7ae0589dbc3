// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;
import java.util.Optional;

/**
 * A transaction ran, at one revision.
 *
 * @param revision where the store stands after it; not raised when the branch changed nothing
 * @param succeeded whether the compares held: {@code then} ran, otherwise {@code orElse}
 * @param results one for each step of the branch that ran
 * @param duplicate whether the answer is the stored one of an earlier try
 * @param info who answered
 */
public record TxnResult(
    long revision,
    boolean succeeded,
    List<OperationResult> results,
    boolean duplicate,
    ResponseInfo info) {
  public TxnResult {
    results = List.copyOf(results);
  }

  /**
   * What a get in the branch found, with its body decoded.
   *
   * @param index of the step
   * @param key that the step read
   * @throws IllegalArgumentException when that step was no get of {@code key}, or the body is none
   *     of its kind
   */
  public <T> Optional<Fact<T>> got(int index, FactKey<T> key) {
    if (!(results.get(index) instanceof OperationResult.Get get)) {
      throw new IllegalArgumentException("step " + index + " was no get");
    }
    return get.fact().map(raw -> decoded(raw, key));
  }

  private static <T> Fact<T> decoded(Fact<byte[]> raw, FactKey<T> key) {
    if (!raw.key().text().equals(key.text())) {
      throw new IllegalArgumentException("the step read " + raw.key() + ", not " + key);
    }
    T body = key.kind().codec().decode(raw.body());
    return new Fact<>(
        key, body, raw.createRevision(), raw.modRevision(), raw.version(), raw.lease());
  }
}
