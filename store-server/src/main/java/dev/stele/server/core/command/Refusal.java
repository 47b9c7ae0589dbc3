// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Reason;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A deterministic no: nothing changed.
 *
 * @param field of the request that is at fault, in the notation of its proto ({@code
 *     then[3].put.key}); may be empty
 * @param message for people. It is kept with a session's reply and so is replicated state: another
 *     wording is another rule, for a new command version
 * @param details for programs, for instance the revision that a fact stands at; unmodifiable
 */
public record Refusal(
    Reason reason, String field, String message, SortedMap<String, String> details)
    implements Result {
  /** Where the fact stands, in {@link #details}. */
  public static final String REVISION = "revision";

  /** Who holds the lease, in {@link #details}. */
  public static final String HOLDER = "holder";

  /** The current token of the lease, in {@link #details}. */
  public static final String TOKEN = "token";

  /** The epoch at which the claim stands, in {@link #details}. */
  public static final String EPOCH = "epoch";

  public Refusal {
    details = Collections.unmodifiableSortedMap(details);
  }

  public static Refusal of(Reason reason, String field, String message) {
    return new Refusal(reason, field, message, Collections.emptySortedMap());
  }

  static Refusal at(Reason reason, String field, String message, long revision) {
    SortedMap<String, String> details = new TreeMap<>();
    details.put(REVISION, Long.toString(revision));
    return new Refusal(reason, field, message, details);
  }
}
