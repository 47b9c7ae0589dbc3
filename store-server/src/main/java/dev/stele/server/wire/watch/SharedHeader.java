// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.watch;

import dev.stele.proto.v1.WatchResponse;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.facts.Headers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The header of all responses, encoded once for each revision: thousands of watches send at one.
 * The rest of what it tells (who leads, when that was last heard) is a few milliseconds old at
 * most.
 */
final class SharedHeader {
  private static final Duration FRESH = Duration.ofMillis(10);

  private final WireContext context;
  private final Headers headers;
  private volatile @Nullable Encoded last;

  SharedHeader(WireContext context, Headers headers) {
    this.context = context;
    this.headers = headers;
  }

  private record Encoded(long revision, long nanos, Bytes bytes) {}

  /** As the field of a response that it is. */
  Bytes bytes() {
    StoreMeta meta = context.store().meta();
    long now = context.ticker().nanos();
    Encoded known = last;
    if (known == null
        || known.revision() != meta.revision()
        || now - known.nanos() > FRESH.toNanos()) {
      Bytes bytes = WatchEncoder.field(WatchResponse.HEADER_FIELD_NUMBER, headers.header(meta));
      known = new Encoded(meta.revision(), now, bytes);
      last = known;
    }
    return known.bytes();
  }
}
