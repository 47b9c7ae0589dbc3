// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.SessionUsage;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Tombstone;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.StoredReply;
import dev.stele.server.port.LogPosition;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The bytes on disk. A golden value that has to change is a format that old data does not have. */
final class CodecTest {
  private static final Key KEY = Key.of("desired/web");
  private static final Fact PLAIN =
      new Fact(KEY, Bytes.utf8("three"), 5, new Position(300, 2), 7, Optional.empty());
  private static final Fact BOUND =
      new Fact(
          KEY, Bytes.EMPTY, 1, new Position(1L << 40, 0), 1, Optional.of(new LeaseRef("c/s", 129)));
  private static final Tombstone TOMBSTONE = new Tombstone(KEY, new Position(300, 0));

  @Test
  void rowsHaveTheirGoldenBytes() throws MalformedException {
    String plain = "01" + "01" + "ac02" + "02" + "05" + "07" + "00" + hex("three");
    String bound = "01" + "01" + "808080808020" + "00" + "01" + "01" + "03" + hex("c/s") + "8101";
    String tombstone = "01" + "02" + "ac02" + "00";
    assertThat(hex(out -> RowCodec.write(PLAIN, out))).isEqualTo(plain);
    assertThat(hex(out -> RowCodec.write(BOUND, out))).isEqualTo(bound);
    assertThat(hex(out -> RowCodec.write(TOMBSTONE, out))).isEqualTo(tombstone);
    assertThat(RowCodec.read(KEY, bytes(plain))).isEqualTo(PLAIN);
    assertThat(RowCodec.read(KEY, bytes(bound))).isEqualTo(BOUND);
    assertThat(RowCodec.read(KEY, bytes(tombstone))).isEqualTo(TOMBSTONE);
  }

  @Test
  void changesHaveTheirGoldenBytes() throws MalformedException {
    Change put = new Change.Put(PLAIN, new Position(128, 1));
    Change deleted = new Change.Deleted(TOMBSTONE, new Position(299, 0));
    String key = "0b" + hex("desired/web");
    String putHex = "02" + "01" + key + "8001" + "01" + "05" + "07" + "00" + hex("three");
    String deletedHex = "02" + "02" + key + "ab02" + "00";
    assertThat(hex(out -> ChangeCodec.writeKey(put.at(), out)))
        .isEqualTo("000000000000012c" + "00000002");
    assertThat(hex(out -> ChangeCodec.write(put, out))).isEqualTo(putHex);
    assertThat(hex(out -> ChangeCodec.write(deleted, out))).isEqualTo(deletedHex);
    assertThat(ChangeCodec.read(put.at(), bytes(putHex))).isEqualTo(put);
    assertThat(ChangeCodec.read(deleted.at(), bytes(deletedHex))).isEqualTo(deleted);
  }

  @Test
  void changesThatCarryWhatStoodBeforeHaveTheirGoldenBytes() throws MalformedException {
    Position at = new Position(1L << 41, 0);
    Fact after = new Fact(KEY, Bytes.utf8("new"), 5, at, 8, Optional.empty());
    Change overFact = new Change.Put(after, PLAIN.modified(), Optional.of(PLAIN));
    Change overTombstone = new Change.Put(after, TOMBSTONE.modified(), Optional.of(TOMBSTONE));
    Change deleted =
        new Change.Deleted(new Tombstone(KEY, at), BOUND.modified(), Optional.of(BOUND));
    String key = "0b" + hex("desired/web");
    String plain = "08" + "05" + "07" + "00" + hex("three");
    String bound = "08" + "01" + "01" + "03" + hex("c/s") + "8101";
    String put = "05" + "08" + "00" + hex("new");
    String overFactHex = "02" + "05" + key + "ac02" + "02" + plain + put;
    String overTombstoneHex = "02" + "09" + key + "ac02" + "00" + put;
    String deletedHex = "02" + "06" + key + "808080808020" + "00" + bound;
    assertThat(hex(out -> ChangeCodec.write(overFact, out))).isEqualTo(overFactHex);
    assertThat(hex(out -> ChangeCodec.write(overTombstone, out))).isEqualTo(overTombstoneHex);
    assertThat(hex(out -> ChangeCodec.write(deleted, out))).isEqualTo(deletedHex);
    assertThat(ChangeCodec.read(at, bytes(overFactHex))).isEqualTo(overFact);
    assertThat(ChangeCodec.read(at, bytes(overTombstoneHex))).isEqualTo(overTombstone);
    assertThat(ChangeCodec.read(at, bytes(deletedHex))).isEqualTo(deleted);
    assertThatThrownBy(() -> ChangeCodec.read(at, bytes("020d" + key + "0100")))
        .hasMessage("what stood before has tag 12, which is not known");
    assertThatThrownBy(() -> ChangeCodec.read(at, bytes("0203" + key + "0100")))
        .hasMessage("tag 3 is not known");
  }

  @Test
  void tombstonesToTakeAwayHaveTheirGoldenBytes() throws MalformedException {
    String at = "000000000000012c" + "00000000";
    assertThat(hex(out -> TombstoneCodec.writeKey(TOMBSTONE.modified(), out))).isEqualTo(at);
    assertThat(hex(out -> TombstoneCodec.write(TOMBSTONE, out)))
        .isEqualTo("01" + hex("desired/web"));
    assertThat(TombstoneCodec.read(bytes(at), bytes("01" + hex("desired/web"))))
        .isEqualTo(TOMBSTONE);
  }

  @Test
  void metaHasItsGoldenBytes() throws MalformedException {
    Usage usage = new Usage(new TreeMap<>(Map.of("desired", 3L, "claim", 200L)), 1000);
    StoreMeta formed =
        new StoreMeta(
            Optional.of(new ClusterIdentity("c1", 1)),
            3,
            300,
            4,
            60_000,
            usage,
            129,
            new SessionUsage(5, 700),
            0x0123456789abcdefL);
    String formedHex =
        "04"
            + "02"
            + "0a"
            + "03"
            + "ac02"
            + "04"
            + "e0d403"
            + "01"
            + "02"
            + hex("c1")
            + "01"
            + "e807"
            + "02"
            + ("05" + hex("claim") + "c801")
            + ("07" + hex("desired") + "03")
            + "8101"
            + ("05" + "bc05")
            + "0123456789abcdef";
    String emptyHex = "04" + "00".repeat(9) + "00".repeat(3) + "00".repeat(8);
    LogPosition applied = new LogPosition(2, 10);
    LogPosition first = new LogPosition(0, 0);
    assertThat(hex(out -> MetaCodec.write(applied, formed, out))).isEqualTo(formedHex);
    assertThat(hex(out -> MetaCodec.write(first, StoreMeta.EMPTY, out))).isEqualTo(emptyHex);
    assertThat(MetaCodec.read(bytes(formedHex))).isEqualTo(new MetaCodec.Standing(applied, formed));
    assertThat(MetaCodec.read(bytes(emptyHex)))
        .isEqualTo(new MetaCodec.Standing(first, StoreMeta.EMPTY));
  }

  @Test
  void whatStandsBesideLeasesHasItsGoldenBytes() throws MalformedException {
    LeaseSide bound = new LeaseSide(300, OptionalLong.empty());
    LeaseSide running = new LeaseSide(0, OptionalLong.of(60_000));
    assertThat(hex(out -> LeaseRows.write(bound, out))).isEqualTo("01" + "ac02" + "00");
    assertThat(hex(out -> LeaseRows.write(running, out))).isEqualTo("01" + "00" + "01" + "e0d403");
    assertThat(LeaseRows.read(bytes("01ac0200"))).isEqualTo(bound);
    assertThat(LeaseRows.read(bytes("010001e0d403"))).isEqualTo(running);
    assertThat(hex(out -> LeaseRows.writeKey("é", out))).isEqualTo("c3a9");
    assertThat(hex(out -> out.putBytes(LeaseRows.binding("é", Key.of("a/b")).unsafeArray())))
        .isEqualTo("c3a9" + "00" + "612f62");
    assertThat(LeaseRows.boundKey(bytes("c3a900612f62"), LeaseRows.bindings("é")))
        .isEqualTo(Key.of("a/b"));
  }

  @Test
  void howFarWasReclaimedHasItsGoldenBytes() throws MalformedException {
    Position through = new Position(300, 2);
    assertThat(hex(out -> ReclaimedCodec.write(through, out))).isEqualTo("01" + "ac02" + "02");
    assertThat(ReclaimedCodec.read(bytes("01ac0202"))).isEqualTo(through);
  }

  @Test
  void sessionsHaveTheirGoldenBytes() throws MalformedException {
    SessionId id = new SessionId(0x0102030405060708L, -1);
    StoredReply one = StoredReply.of(7, 0x1122334455667788L, Bytes.utf8("a"));
    StoredReply two = StoredReply.of(300, -2, Bytes.EMPTY);
    Session session = new Session(id, 5, 60_000, List.of(one, two));
    String key = "0102030405060708" + "ffffffffffffffff";
    String value =
        "01"
            + "05"
            + "e0d403"
            + "02"
            + ("07" + "1122334455667788" + "01" + hex("a"))
            + ("a502" + "fffffffffffffffe" + "00");
    assertThat(hex(out -> SessionCodec.writeKey(id, out))).isEqualTo(key);
    assertThat(hex(out -> SessionCodec.write(session, out))).isEqualTo(value);
    assertThat(SessionCodec.readKey(bytes(key))).isEqualTo(id);
    assertThat(SessionCodec.read(id, bytes(value))).isEqualTo(session);
  }

  @Test
  void historySortsByRevisionThenIndex() {
    List<Position> ordered =
        List.of(
            new Position(1, 0),
            new Position(1, 255),
            new Position(1, 256),
            new Position(255, 0),
            new Position(256, 0),
            new Position(1L << 40, 0),
            new Position(Long.MAX_VALUE, Integer.MAX_VALUE));
    for (int i = 1; i < ordered.size(); i++) {
      assertThat(Arrays.compareUnsigned(historyKey(ordered.get(i - 1)), historyKey(ordered.get(i))))
          .isNegative();
    }
  }

  @Test
  void whatIsCutOffOrTooLongIsMalformed() {
    byte[] tombstone = bytes("0102ac0200");
    for (int length = 0; length < tombstone.length; length++) {
      byte[] cut = Arrays.copyOf(tombstone, length);
      assertThatThrownBy(() -> RowCodec.read(KEY, cut)).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> RowCodec.read(KEY, bytes("0102ac020000")))
        .isInstanceOf(MalformedException.class)
        .hasMessage("1 bytes too many");
    assertThatThrownBy(() -> RowCodec.read(KEY, bytes("0103ac0200")))
        .hasMessage("tag 3 is not known");
    assertThatThrownBy(() -> RowCodec.read(KEY, bytes("02")))
        .hasMessage("its version is 2, only 1 is known");
    assertThatThrownBy(() -> RowCodec.read(KEY, bytes("0102" + "ff".repeat(11))))
        .hasMessage("a number does not end");
  }

  @Property
  void anyBytesAreARowOrMalformed(@ForAll @Size(max = 40) byte[] bytes) {
    byte[] versioned = bytes.clone();
    if (versioned.length > 1) {
      versioned[0] = 1;
      versioned[1] &= 3;
    }
    assertReadsOrRefuses(() -> RowCodec.read(KEY, versioned));
    assertReadsOrRefuses(() -> LeaseRows.read(versioned));
    byte[] change = bytes.clone();
    if (change.length > 1) {
      change[0] = ChangeCodec.VERSION;
      change[1] &= 15;
    }
    assertReadsOrRefuses(() -> ChangeCodec.read(new Position(1, 0), change));
    assertReadsOrRefuses(() -> MetaCodec.read(versioned));
  }

  @Property
  void everyNumberSurvives(@ForAll long number) throws MalformedException {
    Output out = new Output(1);
    out.putVarint(number);
    Input in = new Input(out.toBytes());
    assertThat(in.readVarint()).isEqualTo(number);
    in.requireEnd();
  }

  private interface Read {
    Object read() throws MalformedException;
  }

  private static void assertReadsOrRefuses(Read read) {
    try {
      assertThat(read.read()).isNotNull();
    } catch (MalformedException e) {
      assertThat(e).hasMessageMatching(".+");
    }
  }

  private static byte[] historyKey(Position position) {
    Output out = new Output(12);
    ChangeCodec.writeKey(position, out);
    return out.toBytes();
  }

  private static String hex(Consumer<Output> write) {
    Output out = new Output(1);
    write.accept(out);
    return HexFormat.of().formatHex(out.toBytes());
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(Bytes.utf8(text).unsafeArray());
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
