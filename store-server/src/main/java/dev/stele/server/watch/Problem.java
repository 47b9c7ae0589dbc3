// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Reason;

/**
 * Why a request was not carried out, or a watch ended.
 *
 * @param field of the request, in the notation of its proto; empty when none is at fault
 * @param message for people
 * @param floor with COMPACTED: the oldest revision whose state can be read; 0 otherwise
 */
public record Problem(Reason reason, String field, String message, long floor) {
  public static Problem of(Reason reason, String field, String message) {
    return new Problem(reason, field, message, 0);
  }

  static Problem compacted(String field, long revision, long floor) {
    return new Problem(
        Reason.COMPACTED,
        field,
        "revision %d is compacted, the changes behind %d can be read".formatted(revision, floor),
        floor);
  }
}
