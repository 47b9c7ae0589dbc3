// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StoreFault;
import java.util.EnumSet;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;

/** What the family {@code meta} says of a store that is being opened. */
final class MetaRows {
  private MetaRows() {}

  /**
   * Where the store stands.
   *
   * @throws StoreFault when the format is not this build's, or the row is damaged
   */
  static MetaCodec.Standing standing(Database database) {
    try (ReadOptions options = new ReadOptions()) {
      byte[] row = database.get(Family.META, options, MetaCodec.key());
      if (row == null) {
        requireEmpty(database, options);
        return new MetaCodec.Standing(LogPosition.NONE, StoreMeta.EMPTY);
      }
      requireFormat(database, MetaCodec.format(row));
      return MetaCodec.read(row);
    } catch (MalformedException e) {
      throw new StoreFault(
          "damaged row of meta in " + database.directory() + ": " + e.getMessage(), e);
    }
  }

  /** The last change that reclaiming has gone over. */
  static Position reclaimed(Database database) {
    try (ReadOptions options = new ReadOptions()) {
      byte[] row = database.get(Family.META, options, ReclaimedCodec.key());
      return row == null ? Position.NONE : ReclaimedCodec.read(row);
    } catch (MalformedException e) {
      throw new StoreFault(
          "damaged row of what was reclaimed in " + database.directory() + ": " + e.getMessage(),
          e);
    }
  }

  private static void requireFormat(Database database, int format) {
    if (format != MetaCodec.FORMAT) {
      throw new StoreFault(
          "cannot open %s: its format is %d, this version reads %d: %s wrote it, run that one"
              .formatted(
                  database.directory(),
                  format,
                  MetaCodec.FORMAT,
                  format > MetaCodec.FORMAT
                      ? "a newer version"
                      : "a build from before the first release"));
    }
  }

  private static void requireEmpty(Database database, ReadOptions options) {
    for (Family family : EnumSet.complementOf(EnumSet.of(Family.META))) {
      try (RocksIterator iterator = database.iterator(family, options)) {
        iterator.seekToFirst();
        database.check(family, iterator);
        if (iterator.isValid()) {
          throw new StoreFault(
              database.directory() + " holds " + family.label() + " but no meta: it is damaged");
        }
      }
    }
  }
}
