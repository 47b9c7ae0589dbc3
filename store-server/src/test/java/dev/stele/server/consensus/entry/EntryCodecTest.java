// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.stele.proto.log.v1.Entry;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Stamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.ListArbitrary;
import org.junit.jupiter.api.Test;

final class EntryCodecTest {
  private static final Stamp STAMP = new Stamp(5, 1_000, 1_700_000_000_000L);

  /** What release 0.1 wrote. These never change: they stand on disks. */
  private static final Map<Class<?>, Golden> GOLDEN =
      Stream.of(
              new Golden(
                  EveryCommand.form(),
                  "0801120c080510e8071880d095ffbc311a230801121f0a026331100218012215"
                      + "0a076465706c6f7973120a0102ac02070205027b7d"),
              new Golden(
                  EveryCommand.put(),
                  "0801120c080510e8071880d095ffbc311a2608011a220a09646573697265642f"
                      + "611204626f647918072a050a016c100332060a016710ac02"),
              new Golden(
                  EveryCommand.delete(),
                  "0801120c080510e8071880d095ffbc311a24080122200a150a08636f6e666967"
                      + "2f781209636f6e6669672f780010091a050a01671001"),
              new Golden(
                  EveryCommand.txn(),
                  "0801120c080510e8071880d095ffbc311ac00108012abb010a0d0a0964657369"
                      + "7265642f6118010a0f0a09646573697265642f61100120010a0f0a0964657369"
                      + "7265642f61100228020a0f0a09646573697265642f61100330030a0e0a096465"
                      + "73697265642f613a01620a0d0a09646573697265642f61400412170a150a0964"
                      + "6573697265642f6112016e1a050a016c1005120d120b0a09646573697265642f"
                      + "621a0b1a09646573697265642f611a1c221a0a140a08646573697265642f1208"
                      + "6465736972656430100a180122050a01671006"),
              new Golden(
                  EveryCommand.once(),
                  "0801120c080510e8071880d095ffbc311a42080122200a150a08636f6e666967"
                      + "2f781209636f6e6669672f780010091a050a01671001321c0901000000000000"
                      + "0011ffffffffffffffff18ac0220ab0228e0d403"),
              new Golden(
                  EveryCommand.expire(),
                  "0801120c080510e8071880d095ffbc311a2808013a240a100000000000000001"
                      + "ffffffffffffffff0a1000000000000000020000000000000003"),
              new Golden(
                  EveryCommand.compact(), "0801120c080510e8071880d095ffbc311a070801420308ac02"),
              new Golden(
                  EveryCommand.acquire(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "1e08014a1a0a0d636f6e74726f6c6c6572732f611203612d3118904e22016d"),
              new Golden(
                  EveryCommand.release(),
                  "0801120c080510e8071880d095ffbc311a" + "0c080152080a060a016c10ac02"),
              new Golden(
                  EveryCommand.handOver(),
                  "0801120c080510e8071880d095ffbc311a" + "0f08015a0b0a060a016c10ac02120162"),
              new Golden(
                  EveryCommand.expireLease(),
                  "0801120c080510e8071880d095ffbc311a" + "0e0801620a080712060a016c10ac02"),
              new Golden(
                  EveryCommand.checkpoint(),
                  "0801120c080510e8071880d095ffbc311a" + "1208016a0e080712060a016c10ac021890bf05"),
              new Golden(
                  EveryCommand.register(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "39080172350a026e3112180103683a3100010105736c6f7473ac0201047a6f6e65016118904e2212"
                      + "0a0d656e64706f696e742f732f6e31120165"),
              new Golden(
                  EveryCommand.update(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "2508017a210a0e0a096d656d6265722f6e3110ac0210021a0b0a05736c6f74731202ab022200"),
              new Golden(
                  EveryCommand.deregister(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "1508018201100a0e0a096d656d6265722f6e3110ac02"),
              new Golden(
                  EveryCommand.next(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "1508018a01100a0673686172647312060a016c10ac02"),
              new Golden(
                  EveryCommand.takeOver(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "1f080192011a0a0e636c61696d2f7368617264732f3710031a060a016c10ac02"),
              new Golden(
                  EveryCommand.drain(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "1b08019a01160a0e636c61696d2f7368617264732f37100018b0ea01"),
              new Golden(
                  EveryCommand.releaseClaim(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "210801a2011c0a0e636c61696d2f7368617264732f3710031a060a016c10ac022001"),
              new Golden(
                  EveryCommand.endDrain(),
                  "0801120c080510e8071880d095ffbc311a"
                      + "190801aa01140807120e636c61696d2f7368617264732f371803"))
          .collect(Collectors.toMap(golden -> golden.command().getClass(), golden -> golden));

  private record Golden(Command command, String hex) {}

  @Test
  void eachKindOfCommandHasAGeneratorAndGoldenBytes() {
    assertThat(EveryCommand.generators().keySet()).isEqualTo(permitted(Command.class));
    assertThat(EveryCommand.targets().keySet()).isEqualTo(permitted(Compare.Target.class));
    assertThat(EveryCommand.operations().keySet()).isEqualTo(permitted(Operation.class));
    assertThat(EveryCommand.expects().keySet()).isEqualTo(permitted(Expect.class));
    assertThat(GOLDEN.keySet()).isEqualTo(permitted(Command.class));
  }

  @Test
  void theGoldenTransactionHasEachTargetOperationAndRelation() {
    Txn txn = EveryCommand.txn();
    assertThat(txn.compares().stream().<Class<?>>map(c -> c.target().getClass()))
        .containsAll(permitted(Compare.Target.class));
    assertThat(
            Stream.concat(txn.then().stream(), txn.orElse().stream())
                .<Class<?>>map(Object::getClass))
        .containsAll(permitted(Operation.class));
    assertThat(txn.compares().stream().map(Compare::relation)).contains(Compare.Relation.values());
  }

  @Test
  void theBytesOnDiskStayWhatTheyAre() {
    GOLDEN.forEach(
        (kind, golden) -> {
          byte[] encoded = EntryCodec.encode(STAMP, List.of(golden.command()));
          assertThat(HexFormat.of().formatHex(encoded))
              .as(kind.getSimpleName())
              .isEqualTo(golden.hex());
          assertThat(EntryCodec.decode(HexFormat.of().parseHex(golden.hex())).commands())
              .containsExactly(golden.command());
        });
  }

  @Property
  void whatIsEncodedIsDecoded(
      @ForAll("entries") List<Command> commands,
      @ForAll long term,
      @ForAll long time,
      @ForAll long wall) {
    Stamp stamp = new Stamp(term, time, wall);
    byte[] encoded = EntryCodec.encode(stamp, commands);
    assertThat(EntryCodec.decode(encoded)).isEqualTo(new DecodedEntry(stamp, commands));
    byte[] among = new byte[encoded.length + 5];
    System.arraycopy(encoded, 0, among, 3, encoded.length);
    assertThat(EntryCodec.decode(among, 3, encoded.length))
        .isEqualTo(new DecodedEntry(stamp, commands));
    assertThat(EntryCodec.encode(stamp, commands)).isEqualTo(encoded);
  }

  @Property
  void anEntryIsNeverLargerThanItsBound(
      @ForAll("entries") List<Command> commands,
      @ForAll long term,
      @ForAll long time,
      @ForAll long wall) {
    int bound = EntryCodec.overheadBytes();
    for (Command command : commands) {
      bound += EntryCodec.encodedBytes(command);
    }
    assertThat(EntryCodec.encode(new Stamp(term, time, wall), commands).length)
        .isLessThanOrEqualTo(bound);
  }

  @Provide
  ListArbitrary<Command> entries() {
    return EveryCommand.any().list().ofMaxSize(5);
  }

  @Property(tries = 200)
  void eachKindOnItsOwnSurvives(@ForAll("kinds") Command command) {
    assertThat(EntryCodec.decode(EntryCodec.encode(STAMP, List.of(command))).commands())
        .containsExactly(command);
  }

  @Provide
  Arbitrary<? extends Command> kinds() {
    return net.jqwik.api.Arbitraries.oneOf(
        EveryCommand.generators().values().stream().map(a -> a.map(c -> (Command) c)).toList());
  }

  @Test
  void theLargestTransactionFitsIntoAnEntry() {
    Key key = Key.of("k".repeat(Limits.KIND_MAX_CHARS) + "/" + "n".repeat(Limits.NAME_MAX_BYTES));
    LeaseRef lease = new LeaseRef("l".repeat(Limits.NAME_MAX_BYTES), Long.MAX_VALUE);
    int bodies = Limits.TXN_MAX_BYTES - 3 * Limits.TXN_MAX_COMPARES * Limits.KEY_MAX_BYTES;
    Bytes body = Bytes.wrap(new byte[bodies / (2 * Limits.TXN_MAX_OPERATIONS)]);
    List<Operation> puts =
        Collections.nCopies(
            Limits.TXN_MAX_OPERATIONS, new Operation.PutFact(key, body, Optional.of(lease)));
    Txn txn =
        new Txn(
            Collections.nCopies(
                Limits.TXN_MAX_COMPARES,
                new Compare(key, Compare.Relation.LESS, new Compare.ModRevision(-1))),
            puts,
            puts,
            Collections.nCopies(Limits.GUARDS_MAX, lease));
    assertThat(txn.sizeBytes())
        .isBetween(Limits.TXN_MAX_BYTES - 1_000L, (long) Limits.TXN_MAX_BYTES);
    assertThat(EntryCodec.encodedBytes(txn) + EntryCodec.overheadBytes())
        .isLessThan(Limits.ENTRY_MAX_BYTES);
    List<Operation> ranges =
        Collections.nCopies(
            Limits.TXN_MAX_OPERATIONS,
            new Operation.ListFacts(
                new KeyRange(key.bytes(), Optional.of(key.bytes().next())), 1_000, true));
    assertThat(EntryCodec.encodedBytes(new Txn(List.of(), ranges, ranges, List.of())))
        .isLessThan(Limits.ENTRY_MAX_BYTES / 2);
  }

  @Test
  void aNewerFormatIsRefusedAsNewer() {
    assertNewer(golden().setFormat(2));
  }

  @Test
  void aNewerVersionOfACommandIsRefusedAsNewer() {
    Entry.Builder entry = golden();
    entry.getCommandsBuilder(0).setVersion(2);
    assertNewer(entry);
  }

  @Test
  void aKindOfCommandThatIsNotKnownIsRefusedAsNewer() {
    Entry.Builder entry = golden();
    entry.getCommandsBuilder(0).clearCommand().setUnknownFields(unknown());
    assertNewer(entry);
  }

  @Test
  void aFieldThatIsNotKnownIsRefusedAsNewerAtEveryDepth() {
    List<Entry.Builder> entries = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      entries.add(golden());
    }
    entries.get(0).setUnknownFields(unknown());
    entries.get(1).getStampBuilder().setUnknownFields(unknown());
    entries.get(2).getCommandsBuilder(0).getPutBuilder().setUnknownFields(unknown());
    entries
        .get(3)
        .getCommandsBuilder(0)
        .getPutBuilder()
        .getLeaseBuilder()
        .setUnknownFields(unknown());
    var txn = txn();
    entries.get(4).getCommandsBuilder(0).setTxn(txn.clone().setUnknownFields(unknown()));
    var compare = txn.clone();
    compare.getComparesBuilder(0).setUnknownFields(unknown());
    entries.get(5).getCommandsBuilder(0).setTxn(compare);
    var operation = txn.clone();
    operation.getThenBuilder(1).getDeleteBuilder().setUnknownFields(unknown());
    entries.get(6).getCommandsBuilder(0).setTxn(operation);
    var list = txn.clone();
    list.getElseBuilder(1).getListBuilder().setUnknownFields(unknown());
    entries.get(7).getCommandsBuilder(0).setTxn(list);
    var relation = txn.clone();
    relation.getComparesBuilder(0).setRelation(4);
    entries.get(8).getCommandsBuilder(0).setTxn(relation);
    entries.forEach(EntryCodecTest::assertNewer);
  }

  @Test
  void bytesThatAreNoEntryAreDamaged() {
    byte[] encoded = EntryCodec.encode(STAMP, List.of(EveryCommand.put()));
    assertDamaged(new byte[0]);
    assertDamaged(Arrays.copyOf(encoded, encoded.length - 1));
    assertDamaged(new byte[] {(byte) 0xff, (byte) 0xff});
    Entry.Builder noVersion = golden();
    noVersion.getCommandsBuilder(0).clearVersion();
    assertDamaged(noVersion.build().toByteArray());
    Entry.Builder empty = golden();
    empty.getCommandsBuilder(0).clearCommand();
    assertDamaged(empty.build().toByteArray());
  }

  private static void assertNewer(Entry.Builder entry) {
    assertThatThrownBy(() -> EntryCodec.decode(entry.build().toByteArray()))
        .isInstanceOf(NewerEntryException.class)
        .hasMessageContaining("newer release");
  }

  private static void assertDamaged(byte[] bytes) {
    assertThatThrownBy(() -> EntryCodec.decode(bytes)).isInstanceOf(CorruptEntryException.class);
  }

  private static Entry.Builder golden() {
    return parsed(EveryCommand.put());
  }

  private static dev.stele.proto.log.v1.Txn.Builder txn() {
    return parsed(EveryCommand.txn()).getCommandsBuilder(0).getTxnBuilder();
  }

  private static Entry.Builder parsed(Command command) {
    try {
      return Entry.parseFrom(EntryCodec.encode(STAMP, List.of(command))).toBuilder();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static UnknownFieldSet unknown() {
    return UnknownFieldSet.newBuilder()
        .addField(
            100,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8("from the future"))
                .build())
        .build();
  }

  private static Set<Class<?>> permitted(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses()).collect(Collectors.toSet());
  }
}
