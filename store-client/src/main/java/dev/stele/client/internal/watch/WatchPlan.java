// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import com.google.protobuf.ByteString;
import dev.stele.client.Selector;
import dev.stele.client.internal.facts.Requests;
import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.WatchSelector;
import dev.stele.proto.v1.WatcherName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for.
 *
 * @param restart whether COMPACTED leads to a new initial state
 * @param stay whether a node without a leader will do
 * @param name of a named watcher
 * @param endpoint the only one, if it is to be one
 */
record WatchPlan(
    Selector selector,
    List<String> kinds,
    Start start,
    boolean restart,
    boolean puts,
    boolean deletes,
    boolean previous,
    boolean latestOnly,
    Duration progress,
    boolean stay,
    @Nullable String name,
    @Nullable String endpoint) {
  /** The message that begins it. */
  CreateWatch create(long id, Start at, long incarnation) {
    CreateWatch.Builder create =
        CreateWatch.newBuilder()
            .setWatchId(id)
            .setSelector(selectorMessage())
            .setWithoutPuts(!puts)
            .setWithoutDeletes(!deletes)
            .setPrevious(previous)
            .setLatestOnly(latestOnly)
            .setProgressIntervalMillis(progress.toMillis())
            .setStayWithoutLeader(stay);
    if (at instanceof Start.From from) {
      create.setFromRevision(from.revision());
    } else if (at == Start.Now.INSTANCE) {
      create.setNow(true);
    } else {
      create.setInitialState(true);
    }
    if (name != null) {
      create.setWatcher(WatcherName.newBuilder().setName(name).setIncarnation(incarnation));
    }
    return create.build();
  }

  private WatchSelector selectorMessage() {
    WatchSelector.Builder message = WatchSelector.newBuilder().addAllKinds(kinds);
    if (selector instanceof Selector.Range range) {
      message.setRange(Requests.range(range));
    } else if (selector instanceof Selector.Prefix prefix) {
      message.setPrefix(ByteString.copyFromUtf8(prefix.prefix()));
    }
    return message.build();
  }
}
