// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.proto.log.v1.Entry;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Stamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Log entries to bytes and back: {@code stele.log.v1}. Stateless; any thread.
 *
 * <p>The same entry always becomes the same bytes: the messages have no maps, and fields are
 * written in the order of their numbers.
 */
public final class EntryCodec {
  /** Of the entry as a whole; commands have versions of their own. */
  static final int FORMAT = 1;

  private EntryCodec() {}

  /** The bytes of an entry. */
  public static byte[] encode(Stamp stamp, List<Command> commands) {
    return QuickWriter.write(message(stamp), commands);
  }

  /**
   * What the bytes say.
   *
   * @throws NewerEntryException when a newer release wrote them
   * @throws CorruptEntryException when no release wrote them
   */
  public static DecodedEntry decode(byte[] entry) {
    return decode(entry, 0, entry.length);
  }

  /**
   * {@link #decode(byte[])} of {@code length} bytes from {@code offset} on. Nothing of what it
   * returns keeps {@code array} alive.
   */
  public static DecodedEntry decode(byte[] array, int offset, int length) {
    return QuickReader.read(array, offset, length)
        .orElseGet(() -> byMessages(array, offset, length));
  }

  /** The same by the messages of the log, whatever they hold. */
  static DecodedEntry byMessages(byte[] array, int offset, int length) {
    Entry parsed = CommandReader.known(parsed(array, offset, length), "a field of the entry");
    if (parsed.getFormat() > FORMAT) {
      throw new NewerEntryException("entry format " + parsed.getFormat());
    }
    if (parsed.getFormat() < 1) {
      throw new CorruptEntryException("it has no format");
    }
    List<Command> commands = new ArrayList<>(parsed.getCommandsCount());
    for (dev.stele.proto.log.v1.Command command : parsed.getCommandsList()) {
      commands.add(CommandReader.command(command));
    }
    return new DecodedEntry(stamp(parsed.getStamp()), commands);
  }

  /**
   * At least as many bytes as {@code command} adds to an entry, and not many more. Cheap: builds
   * nothing.
   */
  public static int encodedBytes(Command command) {
    return CommandSize.atMost(command);
  }

  /** At least as many bytes as an entry has beside its commands. */
  public static int overheadBytes() {
    return CommandSize.ENTRY_OVERHEAD;
  }

  private static Entry parsed(byte[] array, int offset, int length) {
    try {
      return Entry.parseFrom(aliasing(array, offset, length));
    } catch (InvalidProtocolBufferException e) {
      throw new CorruptEntryException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new AssertionError("reading from memory", e);
    }
  }

  /** Bodies are copied once, out of these bytes into their commands; without the aliases twice. */
  static CodedInputStream aliasing(byte[] array, int offset, int length) {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(array, offset, length).newCodedInput();
    input.enableAliasing(true);
    return input;
  }

  private static dev.stele.proto.log.v1.Stamp message(Stamp stamp) {
    return dev.stele.proto.log.v1.Stamp.newBuilder()
        .setTerm(stamp.term())
        .setStoreTimeMillis(stamp.storeTimeMillis())
        .setWallClockMillis(stamp.wallClockMillis())
        .build();
  }

  private static Stamp stamp(dev.stele.proto.log.v1.Stamp message) {
    CommandReader.known(message, "a field of the stamp");
    return new Stamp(message.getTerm(), message.getStoreTimeMillis(), message.getWallClockMillis());
  }
}
