// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.StoredReply;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of the family {@code sessions}: the 16 bytes of the id lead to a version byte, the mark, the
 * store time of the last use, and the replies, each with the distance of its sequence from the one
 * before it.
 */
final class SessionCodec {
  static final int VERSION = 1;

  private SessionCodec() {}

  static void writeKey(SessionId id, Output out) {
    out.putLong(id.high());
    out.putLong(id.low());
  }

  static SessionId readKey(byte[] key) throws MalformedException {
    Input in = new Input(key);
    SessionId id = new SessionId(in.readLong(), in.readLong());
    in.requireEnd();
    return id;
  }

  static void write(Session session, Output out) {
    out.putByte(VERSION);
    out.putVarint(session.acknowledgedBelow());
    out.putVarint(session.lastUsedMillis());
    out.putVarint(session.replies().size());
    long before = 0;
    for (StoredReply reply : session.replies()) {
      out.putVarint(reply.sequence() - before);
      out.putLong(reply.fingerprint());
      out.putSized(reply.reply().unsafeArray());
      before = reply.sequence();
    }
  }

  static Session read(SessionId id, byte[] value) throws MalformedException {
    Input in = new Input(value);
    RowCodec.requireVersion(in, VERSION);
    long mark = in.readVarint();
    long lastUsedMillis = in.readVarint();
    List<StoredReply> replies = new ArrayList<>();
    long sequence = 0;
    for (int left = in.readSize(); left > 0; left--) {
      sequence += in.readVarint();
      replies.add(StoredReply.of(sequence, in.readLong(), in.readSized()));
    }
    in.requireEnd();
    return new Session(id, mark, lastUsedMillis, replies);
  }
}
