// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import static com.google.protobuf.WireFormat.WIRETYPE_FIXED64;
import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static com.google.protobuf.WireFormat.WIRETYPE_VARINT;
import static dev.stele.proto.log.v1.Command.PUT_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Command.SESSION_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Command.VERSION_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Entry.COMMANDS_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Entry.FORMAT_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Entry.STAMP_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Put.BODY_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Put.IF_ABSENT_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Put.IF_REVISION_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Put.KEY_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.ACKNOWLEDGED_BELOW_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.ID_HIGH_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.ID_LOW_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.SEQUENCE_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Stamp.TERM_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Stamp.WALL_CLOCK_MILLIS_FIELD_NUMBER;

import com.google.protobuf.CodedInputStream;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the puts that most entries are full of straight from their bytes: no message, and no
 * builder of one, for each level of each of them.
 *
 * <p>It knows one form only, and takes nothing that could mean anything else. The rest (another
 * command, a lease, a message that comes twice, a field of a later release, damage) is left to the
 * messages and {@link CommandReader}, which have the last word on what it is.
 */
final class QuickReader {
  /** Of a tag's bits those that tell the type; the number of the field is above them. */
  private static final int TYPE_BITS = 3;

  private static final int FORMAT = FORMAT_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;
  private static final int STAMP = STAMP_FIELD_NUMBER << TYPE_BITS | WIRETYPE_LENGTH_DELIMITED;
  private static final int COMMANDS =
      COMMANDS_FIELD_NUMBER << TYPE_BITS | WIRETYPE_LENGTH_DELIMITED;

  private static final int TERM = TERM_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;
  private static final int STORE_TIME =
      dev.stele.proto.log.v1.Stamp.STORE_TIME_MILLIS_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;
  private static final int WALL_CLOCK =
      WALL_CLOCK_MILLIS_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;

  private static final int VERSION = VERSION_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;
  private static final int PUT = PUT_FIELD_NUMBER << TYPE_BITS | WIRETYPE_LENGTH_DELIMITED;
  private static final int SESSION = SESSION_FIELD_NUMBER << TYPE_BITS | WIRETYPE_LENGTH_DELIMITED;

  private static final int KEY = KEY_FIELD_NUMBER << TYPE_BITS | WIRETYPE_LENGTH_DELIMITED;
  private static final int BODY = BODY_FIELD_NUMBER << TYPE_BITS | WIRETYPE_LENGTH_DELIMITED;
  private static final int IF_REVISION = IF_REVISION_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;
  private static final int IF_ABSENT = IF_ABSENT_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;

  private static final int ID_HIGH = ID_HIGH_FIELD_NUMBER << TYPE_BITS | WIRETYPE_FIXED64;
  private static final int ID_LOW = ID_LOW_FIELD_NUMBER << TYPE_BITS | WIRETYPE_FIXED64;
  private static final int SEQUENCE = SEQUENCE_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;
  private static final int ACKNOWLEDGED_BELOW =
      ACKNOWLEDGED_BELOW_FIELD_NUMBER << TYPE_BITS | WIRETYPE_VARINT;
  private static final int SEEN_TIME =
      dev.stele.proto.log.v1.SessionTag.STORE_TIME_MILLIS_FIELD_NUMBER << TYPE_BITS
          | WIRETYPE_VARINT;

  private final byte[] array;
  private final int offset;
  private final CodedInputStream in;

  private QuickReader(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.in = CodedInputStream.newInstance(array, offset, length);
  }

  /** The entry in {@code length} bytes of {@code array}; empty when it is not of the known form. */
  static Optional<DecodedEntry> read(byte[] array, int offset, int length) {
    try {
      return Optional.ofNullable(new QuickReader(array, offset, length).entry());
    } catch (IOException | CorruptEntryException | NewerEntryException e) {
      // Who reads it as messages finds it too, and says what it is.
      return Optional.empty();
    }
  }

  private @Nullable DecodedEntry entry() throws IOException {
    if (in.readTag() != FORMAT || in.readUInt32() != EntryCodec.FORMAT || in.readTag() != STAMP) {
      return null;
    }
    Stamp stamp = stamp();
    if (stamp == null) {
      return null;
    }
    List<Command> commands = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag != COMMANDS) {
        return null;
      }
      commands.add(command());
    }
    return new DecodedEntry(stamp, commands);
  }

  private @Nullable Stamp stamp() throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    long term = 0;
    long storeTimeMillis = 0;
    long wallClockMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TERM -> term = in.readUInt64();
        case STORE_TIME -> storeTimeMillis = in.readUInt64();
        case WALL_CLOCK -> wallClockMillis = in.readInt64();
        default -> {
          return null;
        }
      }
    }
    in.popLimit(limit);
    return new Stamp(term, storeTimeMillis, wallClockMillis);
  }

  private Command command() throws IOException {
    int size = in.readRawVarint32();
    int start = in.getTotalBytesRead();
    int limit = in.pushLimit(size);
    Command known = putOrOnce();
    in.popLimit(limit);
    if (known != null) {
      return known;
    }
    in.skipRawBytes(start + size - in.getTotalBytesRead());
    return CommandReader.command(
        dev.stele.proto.log.v1.Command.parseFrom(EntryCodec.aliasing(array, offset + start, size)));
  }

  /** A put, alone or once; null when it is anything else. */
  private @Nullable Command putOrOnce() throws IOException {
    if (in.readTag() != VERSION || in.readUInt32() != CommandWriter.VERSION) {
      return null;
    }
    Put put = in.readTag() == PUT ? put() : null;
    if (put == null || in.isAtEnd()) {
      return put;
    }
    SessionTag session = in.readTag() == SESSION ? session() : null;
    return session != null && in.isAtEnd() ? new Once(session, put) : null;
  }

  /** One without a lease or guards; the key was checked when it was proposed. */
  private @Nullable Put put() throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    Bytes key = Bytes.EMPTY;
    Bytes body = Bytes.EMPTY;
    Expect expect = Expect.ANYTHING;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEY -> key = Bytes.wrap(in.readByteArray());
        case BODY -> body = Bytes.wrap(in.readByteArray());
        case IF_REVISION -> expect = new Expect.AtRevision(in.readUInt64());
        case IF_ABSENT -> {
          if (!in.readBool()) {
            return null;
          }
          expect = new Expect.Absent();
        }
        default -> {
          return null;
        }
      }
    }
    in.popLimit(limit);
    return new Put(Key.trusted(key), body, expect, Optional.empty(), List.of());
  }

  private @Nullable SessionTag session() throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    long idHigh = 0;
    long idLow = 0;
    long sequence = 0;
    long acknowledgedBelow = 0;
    long storeTimeMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID_HIGH -> idHigh = in.readFixed64();
        case ID_LOW -> idLow = in.readFixed64();
        case SEQUENCE -> sequence = in.readUInt64();
        case ACKNOWLEDGED_BELOW -> acknowledgedBelow = in.readUInt64();
        case SEEN_TIME -> storeTimeMillis = in.readUInt64();
        default -> {
          return null;
        }
      }
    }
    in.popLimit(limit);
    return new SessionTag(
        new SessionId(idHigh, idLow), sequence, acknowledgedBelow, storeTimeMillis);
  }
}
