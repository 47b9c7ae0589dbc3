// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import static com.google.protobuf.CodedOutputStream.computeByteArraySize;
import static com.google.protobuf.CodedOutputStream.computeFixed64Size;
import static com.google.protobuf.CodedOutputStream.computeMessageSize;
import static com.google.protobuf.CodedOutputStream.computeTagSize;
import static com.google.protobuf.CodedOutputStream.computeUInt32Size;
import static com.google.protobuf.CodedOutputStream.computeUInt32SizeNoTag;
import static com.google.protobuf.CodedOutputStream.computeUInt64Size;
import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static dev.stele.proto.log.v1.Command.PUT_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Command.SESSION_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Command.VERSION_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Put.BODY_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Put.IF_ABSENT_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Put.IF_REVISION_FIELD_NUMBER;
import static dev.stele.proto.log.v1.Put.KEY_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.ACKNOWLEDGED_BELOW_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.ID_HIGH_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.ID_LOW_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.SEQUENCE_FIELD_NUMBER;
import static dev.stele.proto.log.v1.SessionTag.STORE_TIME_MILLIS_FIELD_NUMBER;

import com.google.protobuf.CodedOutputStream;
import dev.stele.proto.log.v1.Entry;
import dev.stele.proto.log.v1.Stamp;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.session.SessionTag;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries, and the puts that most of them are full of, without a message for each: what
 * {@link QuickReader} reads, the same bytes as those of the messages. Other commands, and puts with
 * leases, go through their messages.
 */
final class QuickWriter {
  private final List<Command> commands;

  /** Of each command, without its length. */
  private final int[] sizes;

  /** Of each command that has one; null where it is written without. */
  private final dev.stele.proto.log.v1.@Nullable Command[] messages;

  private QuickWriter(List<Command> commands) {
    this.commands = commands;
    sizes = new int[commands.size()];
    messages = new dev.stele.proto.log.v1.Command[commands.size()];
  }

  /** The bytes of an entry. */
  static byte[] write(Stamp stamp, List<Command> commands) {
    return new QuickWriter(commands).written(stamp);
  }

  private byte[] written(Stamp stamp) {
    int size =
        computeUInt32Size(Entry.FORMAT_FIELD_NUMBER, EntryCodec.FORMAT)
            + computeMessageSize(Entry.STAMP_FIELD_NUMBER, stamp);
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = measured(i);
      size += framed(Entry.COMMANDS_FIELD_NUMBER, sizes[i]);
    }
    byte[] entry = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(entry);
    try {
      out.writeUInt32(Entry.FORMAT_FIELD_NUMBER, EntryCodec.FORMAT);
      out.writeMessage(Entry.STAMP_FIELD_NUMBER, stamp);
      for (int i = 0; i < sizes.length; i++) {
        frame(out, Entry.COMMANDS_FIELD_NUMBER, sizes[i]);
        write(out, i);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("an array does not fail", e);
    }
    return entry;
  }

  private int measured(int index) {
    Command command = commands.get(index);
    Put put = plainPut(command);
    if (put != null) {
      int size =
          computeUInt32Size(VERSION_FIELD_NUMBER, CommandWriter.VERSION)
              + framed(PUT_FIELD_NUMBER, size(put));
      return command instanceof Once once
          ? size + framed(SESSION_FIELD_NUMBER, size(once.tag()))
          : size;
    }
    dev.stele.proto.log.v1.Command message = CommandWriter.message(command);
    messages[index] = message;
    return message.getSerializedSize();
  }

  private void write(CodedOutputStream out, int index) throws IOException {
    dev.stele.proto.log.v1.Command message = messages[index];
    if (message != null) {
      message.writeTo(out);
      return;
    }
    Command command = commands.get(index);
    Put put = (Put) (command instanceof Once once ? once.write() : command);
    out.writeUInt32(VERSION_FIELD_NUMBER, CommandWriter.VERSION);
    frame(out, PUT_FIELD_NUMBER, size(put));
    write(out, put);
    if (command instanceof Once once) {
      frame(out, SESSION_FIELD_NUMBER, size(once.tag()));
      write(out, once.tag());
    }
  }

  /** The put that {@code command} is, alone or once, if it has no lease and no guards. */
  private static @Nullable Put plainPut(Command command) {
    Command write = command instanceof Once once ? once.write() : command;
    boolean isPlain = write instanceof Put put && put.lease().isEmpty() && put.guards().isEmpty();
    return isPlain ? (Put) write : null;
  }

  // As messages have it: what is empty or zero is left out, but for one of several that is chosen.

  private static int size(Put put) {
    int size =
        size(KEY_FIELD_NUMBER, put.key().bytes().unsafeArray())
            + size(BODY_FIELD_NUMBER, put.body().unsafeArray());
    if (put.expect() instanceof Expect.AtRevision at) {
      size += computeUInt64Size(IF_REVISION_FIELD_NUMBER, at.revision());
    } else if (put.expect() instanceof Expect.Absent) {
      size += CodedOutputStream.computeBoolSize(IF_ABSENT_FIELD_NUMBER, true);
    }
    return size;
  }

  private static void write(CodedOutputStream out, Put put) throws IOException {
    write(out, KEY_FIELD_NUMBER, put.key().bytes().unsafeArray());
    write(out, BODY_FIELD_NUMBER, put.body().unsafeArray());
    if (put.expect() instanceof Expect.AtRevision at) {
      out.writeUInt64(IF_REVISION_FIELD_NUMBER, at.revision());
    } else if (put.expect() instanceof Expect.Absent) {
      out.writeBool(IF_ABSENT_FIELD_NUMBER, true);
    }
  }

  private static int size(SessionTag tag) {
    return fixed(ID_HIGH_FIELD_NUMBER, tag.id().high())
        + fixed(ID_LOW_FIELD_NUMBER, tag.id().low())
        + size(SEQUENCE_FIELD_NUMBER, tag.sequence())
        + size(ACKNOWLEDGED_BELOW_FIELD_NUMBER, tag.acknowledgedBelow())
        + size(STORE_TIME_MILLIS_FIELD_NUMBER, tag.storeTimeMillis());
  }

  private static void write(CodedOutputStream out, SessionTag tag) throws IOException {
    writeFixed(out, ID_HIGH_FIELD_NUMBER, tag.id().high());
    writeFixed(out, ID_LOW_FIELD_NUMBER, tag.id().low());
    write(out, SEQUENCE_FIELD_NUMBER, tag.sequence());
    write(out, ACKNOWLEDGED_BELOW_FIELD_NUMBER, tag.acknowledgedBelow());
    write(out, STORE_TIME_MILLIS_FIELD_NUMBER, tag.storeTimeMillis());
  }

  private static int size(int field, byte[] value) {
    return value.length == 0 ? 0 : computeByteArraySize(field, value);
  }

  private static void write(CodedOutputStream out, int field, byte[] value) throws IOException {
    if (value.length > 0) {
      out.writeByteArray(field, value);
    }
  }

  private static int size(int field, long value) {
    return value == 0 ? 0 : computeUInt64Size(field, value);
  }

  private static void write(CodedOutputStream out, int field, long value) throws IOException {
    if (value != 0) {
      out.writeUInt64(field, value);
    }
  }

  private static int fixed(int field, long value) {
    return value == 0 ? 0 : computeFixed64Size(field, value);
  }

  private static void writeFixed(CodedOutputStream out, int field, long value) throws IOException {
    if (value != 0) {
      out.writeFixed64(field, value);
    }
  }

  private static int framed(int field, int size) {
    return computeTagSize(field) + computeUInt32SizeNoTag(size) + size;
  }

  private static void frame(CodedOutputStream out, int field, int size) throws IOException {
    out.writeTag(field, WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(size);
  }
}
