// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.SessionUsage;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.port.LogPosition;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The first row of the family {@code meta}. Its first byte is the format of the whole store, this
 * row's layout included: it is the first thing that is read of a directory.
 */
final class MetaCodec {
  /**
   * The format that this build reads and writes. Formats 1, before sessions, 2, before leases, and
   * 3, whose history went by the change, were never released.
   */
  static final int FORMAT = 4;

  private static final byte[] KEY = {'m'};

  private MetaCodec() {}

  static byte[] key() {
    return KEY.clone();
  }

  static void write(LogPosition applied, StoreMeta meta, Output out) {
    out.putByte(FORMAT);
    out.putVarint(applied.term());
    out.putVarint(applied.index());
    out.putVarint(meta.featureLevel());
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
    out.putVarint(meta.kindsRevision());
    out.putVarint(meta.sessions().count());
    out.putVarint(meta.sessions().bytes());
    out.putLong(meta.contentHash());
  }

  /** The format that {@code value} is of, whatever else it holds. */
  static int format(byte[] value) throws MalformedException {
    return new Input(value).readByte();
  }

  static Standing read(byte[] value) throws MalformedException {
    Input in = new Input(value);
    RowCodec.requireVersion(in, FORMAT);
    LogPosition applied = new LogPosition(in.readVarint(), in.readVarint());
    int featureLevel = in.readSize();
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
    long kindsRevision = in.readVarint();
    SessionUsage sessions = new SessionUsage(in.readVarint(), in.readVarint());
    long contentHash = in.readLong();
    in.requireEnd();
    StoreMeta meta =
        new StoreMeta(
            identity,
            featureLevel,
            revision,
            floor,
            storeTimeMillis,
            new Usage(byKind, bytes),
            kindsRevision,
            sessions,
            contentHash);
    return new Standing(applied, meta);
  }

  /** What the row says. */
  record Standing(LogPosition applied, StoreMeta meta) {}
}
