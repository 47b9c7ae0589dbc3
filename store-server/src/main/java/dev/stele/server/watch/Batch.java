// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers a watch's events into messages. A revision goes out in one message whole; only one that
 * is longer than {@link #MESSAGE_BYTES} by itself is cut, and marked. One thread at a time.
 */
final class Batch {
  /** A message is cut before it gets longer; but one event is sent whatever its size. */
  static final int MESSAGE_BYTES = 1 << 20;

  /** A message of so many bytes takes no further revision. */
  static final int ENOUGH_BYTES = 64 << 10;

  private final Exit exit;
  private List<Bytes> events = new ArrayList<>();
  private long bytes;
  private Position first = Position.NONE;

  /** The last revision in it, and where it begins. */
  private long revision;

  private int revisionStart;
  private long revisionStartBytes;
  private Position revisionFirst = Position.NONE;

  Batch(Exit exit) {
    this.exit = exit;
  }

  /** Takes messages. */
  interface Exit {
    /**
     * Sends, or returns false.
     *
     * @param through with these events everything through this revision is sent
     */
    boolean send(List<Bytes> events, boolean fragment, long through);
  }

  /**
   * Adds the event at {@code at}, which is behind all that were added. Returns false when what must
   * go out before it can't: {@link #first} is then the first that was not sent.
   */
  boolean add(Position at, Bytes event) {
    boolean begins = events.isEmpty() || at.revision() != revision;
    if (begins && isTooMuch(event) && !flush()) {
      return false;
    }
    if (!begins && bytes + event.length() > MESSAGE_BYTES && !cut(event)) {
      return false;
    }
    if (events.isEmpty()) {
      first = at;
    }
    if (begins || events.isEmpty()) {
      revision = at.revision();
      revisionStart = events.size();
      revisionStartBytes = bytes;
      revisionFirst = at;
    }
    events.add(event);
    bytes += event.length();
    return true;
  }

  private boolean isTooMuch(Bytes event) {
    return bytes >= ENOUGH_BYTES || bytes + event.length() > MESSAGE_BYTES;
  }

  /** Makes room inside a revision: by what is before it, or else by a part of it. */
  private boolean cut(Bytes event) {
    if (revisionStart > 0) {
      List<Bytes> before = List.copyOf(events.subList(0, revisionStart));
      if (!exit.send(before, false, revision - 1)) {
        return false;
      }
      events = new ArrayList<>(events.subList(revisionStart, events.size()));
      bytes -= revisionStartBytes;
      first = revisionFirst;
      revisionStart = 0;
      revisionStartBytes = 0;
    }
    if (bytes + event.length() <= MESSAGE_BYTES) {
      return true;
    }
    return send(true);
  }

  /** Sends what is there, which ends with a whole revision; false when it can't. */
  boolean flush() {
    return events.isEmpty() || send(false);
  }

  private boolean send(boolean fragment) {
    if (!exit.send(events, fragment, fragment ? revision - 1 : revision)) {
      return false;
    }
    clear();
    return true;
  }

  /** Forgets what was not sent. */
  void clear() {
    events = new ArrayList<>();
    bytes = 0;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** Bytes that wait to be sent. */
  long bytes() {
    return bytes;
  }

  /** The first event that was not sent. */
  Position first() {
    return first;
  }
}
