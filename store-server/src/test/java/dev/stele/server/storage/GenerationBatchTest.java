// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Tombstone;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.StoredReply;
import dev.stele.server.port.LogPosition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Ours against RocksDB's own: a release of RocksDB with another form fails here and nowhere later.
 */
final class GenerationBatchTest {
  private static final LogPosition ENTRY = new LogPosition(1, 5);

  private static final OptionalLong MILLIS = OptionalLong.of(90_000);

  @TempDir private Path directory;

  @Test
  void itsBytesAreThoseThatRocksDbWrites() throws RocksDBException {
    List<Change> changes = changes(300);
    List<SessionChange> changed = sessionChanges();
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB rocks = RocksDB.open(options, directory.toString());
        ColumnFamilyHandle facts =
            rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'f'}));
        ColumnFamilyHandle history =
            rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'h'}));
        ColumnFamilyHandle tombstones =
            rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'t'}));
        ColumnFamilyHandle sessions =
            rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'s'}));
        ColumnFamilyHandle leases =
            rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'l'}));
        ColumnFamilyHandle bindings =
            rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'b'}));
        ColumnFamilyHandle meta =
            rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'m'}));
        WriteBatch expected = new WriteBatch()) {
      for (Change change : changes.stream().sorted(Comparator.comparing(Change::key)).toList()) {
        byte[] key = change.key().bytes().unsafeArray();
        expected.put(facts, key, bytes(out -> RowCodec.write(change.row(), out)));
      }
      for (Change change : changes) {
        byte[] at = bytes(out -> ChangeCodec.writeKey(change.at(), out));
        expected.put(history, at, bytes(out -> ChangeCodec.write(change, out)));
        if (change instanceof Change.Deleted deleted) {
          expected.put(tombstones, at, bytes(out -> TombstoneCodec.write(deleted.row(), out)));
        }
      }
      for (SessionChange change : changed) {
        byte[] key = bytes(out -> SessionCodec.writeKey(change.id(), out));
        if (change.after().isPresent()) {
          expected.put(sessions, key, bytes(out -> SessionCodec.write(change.after().get(), out)));
        } else {
          expected.delete(sessions, key);
        }
      }
      expected.put(leases, utf8("a"), bytes(out -> LeaseRows.write(new LeaseSide(7, MILLIS), out)));
      expected.delete(leases, utf8("b"));
      expected.put(bindings, utf8("a\0desired/x"), new byte[0]);
      expected.delete(bindings, utf8("a\0desired/y"));
      expected.put(
          meta, MetaCodec.key(), bytes(out -> MetaCodec.write(ENTRY, StoreMeta.EMPTY, out)));

      Map<Family, Integer> ids =
          Map.of(
              Family.FACTS, facts.getID(),
              Family.HISTORY, history.getID(),
              Family.TOMBSTONES, tombstones.getID(),
              Family.SESSIONS, sessions.getID(),
              Family.LEASES, leases.getID(),
              Family.BINDINGS, bindings.getID(),
              Family.META, meta.getID());
      GenerationBatch batch = new GenerationBatch(ids::get);
      for (int again = 0; again < 2; again++) {
        Effects effects = new Effects(StoreMeta.EMPTY, changes, changed, leaseChanges());
        assertThat(batch.encode(generation(effects))).isEqualTo(expected.data());
      }
    }
  }

  @Test
  void aRowThatIsWrittenAgainIsTheLastOneOnce() {
    GenerationBatch batch = new GenerationBatch(Family::ordinal);
    Generation twice = Generation.NONE.next();
    long unused =
        twice.lay(new Effects(StoreMeta.EMPTY, List.of(), sessions(1), side(1)), 4, false);
    unused = twice.lay(new Effects(StoreMeta.EMPTY, List.of(), sessions(2), side(2)), 5, false);
    twice.seal(ENTRY, StoreMeta.EMPTY);

    assertThat(batch.encode(twice))
        .isEqualTo(
            batch.encode(
                generation(new Effects(StoreMeta.EMPTY, List.of(), sessions(2), side(2)))));
  }

  private static List<SessionChange> sessions(long mark) {
    SessionId id = new SessionId(1, 1);
    return List.of(new SessionChange(id, Optional.of(new Session(id, mark, 5, List.of()))));
  }

  private static LeaseChanges side(long bound) {
    return new LeaseChanges(
        List.of(new LeaseChanges.Side("a", new LeaseSide(bound, MILLIS))), List.of());
  }

  private static Generation generation(Effects effects) {
    Generation generation = Generation.NONE.next();
    assertThat(generation.lay(effects, ENTRY.index(), true)).isEqualTo(generation.bytes());
    generation.seal(ENTRY, effects.meta());
    return generation;
  }

  @Test
  void aWideDeleteLeavesNoWideBufferBehind() {
    GenerationBatch batch = new GenerationBatch(Family::ordinal);
    int entryBytes = batch.encode(generation(effects(1))).length;
    assertThat(batch.encode(generation(effects(100_000))).length).isGreaterThan(8 << 20);
    assertThat(batch.capacityBytes()).isEqualTo(8 << 20);
    assertThat(batch.encode(generation(effects(1)))).hasSize(entryBytes);
  }

  private static Effects effects(int changes) {
    return new Effects(StoreMeta.EMPTY, changes(changes), List.of(), LeaseChanges.NONE);
  }

  private static List<SessionChange> sessionChanges() {
    StoredReply one = StoredReply.of(3, -4, Bytes.utf8("one"));
    StoredReply two = StoredReply.of(300, 5, Bytes.utf8("two"));
    Session session = new Session(new SessionId(-1, 2), 3, 1_000, List.of(one, two));
    return List.of(
        new SessionChange(new SessionId(7, -8), Optional.empty()),
        new SessionChange(session.id(), Optional.of(session)));
  }

  private static LeaseChanges leaseChanges() {
    return new LeaseChanges(
        List.of(
            new LeaseChanges.Side("a", new LeaseSide(7, MILLIS)),
            new LeaseChanges.Side("b", LeaseSide.NONE)),
        List.of(
            new LeaseChanges.Binding("a", Key.of("desired/x"), true),
            new LeaseChanges.Binding("a", Key.of("desired/y"), false)));
  }

  private static byte[] utf8(String text) {
    return Bytes.utf8(text).unsafeArray();
  }

  private static List<Change> changes(int count) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Key key = Key.of("desired/" + i);
      Position at = new Position(i + 1L, 0);
      changes.add(
          i % 3 == 2
              ? new Change.Deleted(new Tombstone(key, at), new Position(i, 0))
              : new Change.Put(
                  new Fact(key, Bytes.utf8("b".repeat(i % 200)), 1, at, 1, Optional.empty()),
                  Position.NONE));
    }
    return changes;
  }

  private static byte[] bytes(Consumer<Output> write) {
    Output out = new Output(16);
    write.accept(out);
    return out.toBytes();
  }
}
