// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.micro;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Puts without end, over and over the same keys, as a few busy clients send them: each under its
 * session, with some writes under way. One thread.
 */
public final class Puts {
  /** Different keys. */
  public static final int KEYS = 10_000;

  /** Bytes of each body. */
  public static final int BODY_BYTES = 256;

  /** Writes under way, of all sessions together. */
  public static final int UNDER_WAY = 512;

  private static final int SESSIONS = 4;
  private static final Bytes BODY = Bytes.wrap(new byte[BODY_BYTES]);

  private final List<Key> keys = IntStream.range(0, KEYS).mapToObj(Puts::key).toList();
  private final List<SessionId> sessions =
      IntStream.range(0, SESSIONS).mapToObj(number -> new SessionId(number, number)).toList();
  private long next;

  /** One of the keys. */
  public static Key key(int number) {
    return Key.of("config/%06d".formatted(number));
  }

  /** The next puts, without sessions. */
  public List<Command> plain(int count) {
    List<Command> commands = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      commands.add(put(next++));
    }
    return commands;
  }

  /** The next puts. */
  public List<Command> underSessions(int count) {
    List<Command> commands = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long number = next++;
      long sequence = number / SESSIONS + 1;
      SessionTag tag =
          new SessionTag(
              sessions.get((int) (number % SESSIONS)),
              sequence,
              Math.max(1, sequence - UNDER_WAY / SESSIONS),
              0);
      commands.add(new Once(tag, put(number)));
    }
    return commands;
  }

  private Put put(long number) {
    Key key = keys.get((int) (number % KEYS));
    return new Put(key, BODY, Expect.ANYTHING, Optional.empty(), List.of());
  }
}
