// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.client.error.Reason;

/** What to do about each reason. */
final class Advice {
  private Advice() {}

  static String on(Reason reason) {
    return switch (reason) {
      case INVALID_FIELD, UNKNOWN_KIND ->
          "Nothing was changed. Correct it; --help shows the forms and examples.";
      case BODY_TOO_LARGE ->
          "Nothing was changed. Keep the bulk elsewhere, and its digest and place here.";
      case COMPARE_FAILED, ALREADY_EXISTS ->
          "Nothing was changed. Read it again (stele get KEY) and decide again.";
      case NOT_FOUND -> "'stele list PREFIX --keys-only' shows what there is.";
      case FENCED -> "Nothing was changed. Another holder has the lease: stop acting for it.";
      case LEASE_HELD -> "Nothing was changed. Wait, or ask who holds it.";
      case COMPACTED -> "That far back is compacted. Read the present, or a later revision.";
      case WRONG_EPOCH -> "The store was restored: drop what you know of it and read it anew.";
      case KIND_FULL, STORE_FULL ->
          "Nothing was changed. Delete what is not needed; deletes are always admitted.";
      case OVER_BUDGET, OVERLOADED -> "Nothing was changed. Try again in a moment, slower.";
      case NOT_LEADER, NO_QUORUM ->
          "Nothing was changed. 'stele cluster status' shows who answers; 'stele get --local' reads"
              + " what one node has.";
      case OUTCOME_UNKNOWN -> "It may have taken effect, or may yet. Find out by reading.";
      case SESSION_EXPIRED, SEQUENCE_TOO_OLD ->
          "An earlier try may have taken effect, this one did not. Find out by reading.";
      case UNAUTHENTICATED, FORBIDDEN ->
          "Nothing was changed. Correct the credentials or the role.";
      case SEQUENCE_REUSED ->
          "Nothing was changed. A client used one number for two writes: that is a fault in it.";
      case REPLY_TOO_LARGE ->
          "Nothing was changed. Read less in a transaction that writes, or in one of its own.";
      case WINDOW_FULL, LIMIT_REACHED -> "Nothing was changed. Finish or remove something first.";
      case POOL_EXHAUSTED -> "Nothing was changed. Wait until a claim is given back, or add some.";
      case CORRUPT -> "That node no longer serves: replace it, and keep its data for the search.";
    };
  }
}
