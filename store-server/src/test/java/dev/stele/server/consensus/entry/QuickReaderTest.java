// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.management.ThreadMXBean;
import dev.stele.proto.log.v1.Entry;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class QuickReaderTest {
  private static final Stamp STAMP = new Stamp(5, 1_000, 1_700_000_000_000L);

  @Test
  void putsAreReadWithoutMessages() {
    List<Command> commands =
        List.of(
            put(Expect.ANYTHING),
            put(new Expect.AtRevision(7)),
            new Once(tag(3), put(Expect.ANYTHING)),
            new Once(tag(-1), put(new Expect.AtRevision(Long.MAX_VALUE))));
    byte[] encoded = EntryCodec.encode(STAMP, commands);
    assertThat(QuickReader.read(encoded, 0, encoded.length))
        .contains(new DecodedEntry(STAMP, commands));
  }

  @Test
  void otherCommandsAmongPutsAreReadToo() {
    List<Command> commands =
        List.of(
            put(Expect.ANYTHING),
            EveryCommand.txn(),
            new Once(tag(3), put(Expect.ANYTHING)),
            EveryCommand.once(),
            put(new Expect.Absent()),
            leased(),
            put(Expect.ANYTHING));
    byte[] encoded = EntryCodec.encode(STAMP, commands);
    assertThat(QuickReader.read(encoded, 0, encoded.length))
        .contains(new DecodedEntry(STAMP, commands));
  }

  @Test
  void whatIsNotOfTheKnownFormIsLeftToTheMessages() {
    List<Consumer<Entry.Builder>> changes =
        List.of(
            entry -> entry.setFormat(2),
            entry -> entry.clearStamp(),
            entry -> entry.setUnknownFields(unknown()),
            entry -> entry.getStampBuilder().setUnknownFields(unknown()),
            entry -> entry.getCommandsBuilder(0).setVersion(2),
            entry -> entry.getCommandsBuilder(0).clearVersion(),
            entry -> entry.getCommandsBuilder(0).setUnknownFields(unknown()),
            entry -> entry.getCommandsBuilder(0).getPutBuilder().setUnknownFields(unknown()),
            entry -> entry.getCommandsBuilder(0).getPutBuilder().setIfAbsent(false),
            entry -> entry.getCommandsBuilder(0).getSessionBuilder().setUnknownFields(unknown()));
    for (Consumer<Entry.Builder> change : changes) {
      Entry.Builder entry = entry();
      change.accept(entry);
      byte[] changed = entry.build().toByteArray();
      assertThat(QuickReader.read(changed, 0, changed.length)).as("%s", entry).isEmpty();
    }
  }

  /** Merged, as messages are: the fields of both. */
  @Test
  void aMessageThatComesTwiceIsLeftToTheMessages() {
    byte[] once = entry().build().toByteArray();
    byte[] stamp = Entry.newBuilder().setStamp(entry().getStamp()).build().toByteArray();
    byte[] twice = ByteString.copyFrom(once).concat(ByteString.copyFrom(stamp)).toByteArray();
    assertThat(QuickReader.read(once, 0, once.length)).isPresent();
    assertThat(QuickReader.read(twice, 0, twice.length)).isEmpty();
  }

  /** Each single change of a byte, wherever it falls, means to both the same, or nothing here. */
  @Property
  void whatIsReadIsWhatTheMessagesSay(
      @ForAll("entries") List<Command> commands, @ForAll int place, @ForAll byte value) {
    byte[] bytes = EntryCodec.encode(STAMP, commands);
    bytes[Math.floorMod(place, bytes.length)] = value;
    Optional<DecodedEntry> read = QuickReader.read(bytes, 0, bytes.length);
    read.ifPresent(
        entry -> assertThat(entry).isEqualTo(EntryCodec.byMessages(bytes, 0, bytes.length)));
  }

  @Property(tries = 200)
  void anEntryThatIsCutOffIsNotRead(
      @ForAll("entries") List<Command> commands, @ForAll @IntRange(min = 1, max = 8) int missing) {
    byte[] bytes = EntryCodec.encode(STAMP, commands);
    Optional<DecodedEntry> read = QuickReader.read(bytes, 0, bytes.length - missing);
    // Cut between two commands it is a shorter entry; the messages say so as well.
    read.ifPresent(
        entry ->
            assertThat(entry).isEqualTo(EntryCodec.byMessages(bytes, 0, bytes.length - missing)));
  }

  @Property
  void whatIsWrittenIsWhatTheMessagesAre(@ForAll("entries") List<Command> commands) {
    byte[] written = EntryCodec.encode(STAMP, commands);
    Entry.Builder entry = entry().clearCommands();
    commands.forEach(command -> entry.addCommands(CommandWriter.message(command)));
    assertThat(written).isEqualTo(entry.build().toByteArray());
  }

  @Provide
  Arbitrary<List<Command>> entries() {
    return EveryCommand.any().list().ofMinSize(1).ofMaxSize(5);
  }

  /** By messages it was 900 bytes a put to read and 300 to write, beside the entry itself. */
  @Test
  void aPutIsReadAndWrittenWithoutMuchGarbage() {
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < 512; i++) {
      commands.add(new Once(tag(i), put(Expect.ANYTHING)));
    }
    byte[] encoded = EntryCodec.encode(STAMP, commands);
    DecodedEntry warm = EntryCodec.decode(encoded);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long started = threads.getCurrentThreadAllocatedBytes();
    byte[] again = EntryCodec.encode(STAMP, commands);
    long before = threads.getCurrentThreadAllocatedBytes();
    DecodedEntry decoded = EntryCodec.decode(encoded);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(decoded).isEqualTo(warm);
    assertThat(again).isEqualTo(encoded);
    assertThat(allocated / commands.size()).isLessThan(500);
    assertThat((before - started - encoded.length) / commands.size()).isLessThan(100);
  }

  private static Put put(Expect expect) {
    return new Put(
        Key.of("config/app/settings"),
        Bytes.wrap(new byte[64]),
        expect,
        Optional.empty(),
        List.of());
  }

  private static Put leased() {
    LeaseRef lease = new LeaseRef("l", 3);
    return new Put(
        Key.of("config/a"), Bytes.EMPTY, Expect.ANYTHING, Optional.of(lease), List.of(lease));
  }

  private static SessionTag tag(long sequence) {
    return new SessionTag(new SessionId(-2, sequence), sequence, 1, 900);
  }

  private static Entry.Builder entry() {
    try {
      Command command = new Once(tag(3), put(Expect.ANYTHING));
      return Entry.parseFrom(EntryCodec.encode(STAMP, List.of(command))).toBuilder();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static UnknownFieldSet unknown() {
    return UnknownFieldSet.newBuilder()
        .addField(100, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
        .build();
  }
}
