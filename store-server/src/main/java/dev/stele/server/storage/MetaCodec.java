// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.port.LogPosition;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The one row of the family {@code meta}. Its first byte is the format of the whole store, this
 * row's layout included: it is the first thing that is read of a directory.
 */
final class MetaCodec {
  /** The newest format that this build reads, and the one that it writes. */
  static final int FORMAT = 1;

  private static final byte[] KEY = {'m'};

  private MetaCodec() {}

  static byte[] key() {
    return KEY.clone();
  }

  static void write(LogPosition applied, StoreMeta meta, Output out) {
    out.putByte(FORMAT);
    out.putVarint(applied.term());
    out.putVarint(applied.index());
    out.putVarint(meta.revision());
    out.putVarint(meta.floor());
    out.putVarint(meta.storeTimeMillis());
    out.putByte(meta.identity().isPresent() ? 1 : 0);
    if (meta.identity().isPresent()) {
      out.putText(meta.identity().get().clusterId());
      out.putVarint(meta.identity().get().epoch());
    }
    out.putVarint(meta.usage().bytes());
    out.putVarint(meta.usage().byKind().size());
    for (Map.Entry<String, Long> kind : meta.usage().byKind().entrySet()) {
      out.putText(kind.getKey());
      out.putVarint(kind.getValue());
    }
  }

  /** The format that {@code value} is of, whatever else it holds. */
  static int format(byte[] value) throws MalformedRowException {
    return new Input(value).readByte();
  }

  static Standing read(byte[] value) throws MalformedRowException {
    Input in = new Input(value);
    RowCodec.requireVersion(in, FORMAT);
    LogPosition applied = new LogPosition(in.readVarint(), in.readVarint());
    long revision = in.readVarint();
    long floor = in.readVarint();
    long storeTimeMillis = in.readVarint();
    Optional<ClusterIdentity> identity = Optional.empty();
    if (in.readByte() != 0) {
      identity = Optional.of(new ClusterIdentity(in.readText(), in.readVarint()));
    }
    long bytes = in.readVarint();
    SortedMap<String, Long> byKind = new TreeMap<>();
    for (int left = in.readSize(); left > 0; left--) {
      byKind.put(in.readText(), in.readVarint());
    }
    in.requireEnd();
    Usage usage = new Usage(byKind, bytes);
    return new Standing(applied, new StoreMeta(identity, revision, floor, storeTimeMillis, usage));
  }

  /** What the row says. */
  record Standing(LogPosition applied, StoreMeta meta) {}
}
