// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Reason;
import java.util.Optional;

/** Takes the reports of this node's named watchers. Any thread; nothing here waits. */
public interface NamedWatchers {
  /** Turns nobody away and keeps nothing. */
  NamedWatchers NONE = (name, selector) -> new Seat.Empty();

  /**
   * A watch of {@code name} opens. It takes the place of an older one of the same name, whose later
   * reports are refused.
   */
  Opening open(WatcherName name, Selector selector);

  sealed interface Opening {}

  /**
   * The name is taken by a newer incarnation, or there are too many names.
   *
   * @param reason FENCED or LIMIT_REACHED
   */
  record Turned(Reason reason, String message) implements Opening {}

  /** Where the reports of one stream of one watcher go. */
  non-sealed interface Seat extends Opening {
    /**
     * It has done with everything through {@code revision}, as far as it was sent to it.
     *
     * @param refusal why it refused the revision; empty when it applied it
     * @return the problem when the report is not taken: FENCED by a newer stream of the same name
     */
    Optional<Turned> report(long revision, String refusal);

    /** Its stream is gone; what it reported is kept for a while. */
    void close();

    /** Forgets what is reported. */
    final class Empty implements Seat {
      @Override
      public Optional<Turned> report(long revision, String refusal) {
        return Optional.empty();
      }

      @Override
      public void close() {
        // Nothing is kept.
      }
    }
  }
}
