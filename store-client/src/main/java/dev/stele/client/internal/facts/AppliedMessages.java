// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import dev.stele.client.AppliedQuery;
import dev.stele.client.AppliedReport;
import dev.stele.client.Selector;
import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.WatchSelector;
import dev.stele.proto.v1.WatcherStanding;

/** Questions for what watchers have applied, and their answers, as messages. */
public final class AppliedMessages {
  private AppliedMessages() {}

  /** The question. */
  public static AwaitAppliedRequest request(RequestHeader header, AppliedQuery query) {
    AwaitAppliedRequest.Builder request =
        AwaitAppliedRequest.newBuilder()
            .setHeader(header)
            .setRevision(query.revision())
            .addAllExpected(query.expected());
    if (query.need() instanceof AppliedQuery.Count count) {
      request.setCount(count.watchers());
    } else if (query.need() instanceof AppliedQuery.Percent percent) {
      request.setPercent(percent.percent());
    }
    query.selector().ifPresent(selector -> request.setSelector(selector(selector)));
    return request.build();
  }

  private static WatchSelector selector(Selector selector) {
    WatchSelector.Builder message = WatchSelector.newBuilder();
    if (selector instanceof Selector.Range range) {
      message.setRange(Requests.range(range));
    } else if (selector instanceof Selector.Prefix) {
      message.setPrefix(Requests.prefix(selector));
    }
    return message.build();
  }

  /** The answer; an IllegalArgumentException when it says what this client does not know. */
  public static AppliedReport report(ResponseHeader header, AwaitAppliedResponse message) {
    return new AppliedReport(
        AppliedReport.Outcome.valueOf(message.getOutcome().name()),
        message.getWatchersList().stream().map(AppliedMessages::watcher).toList(),
        message.getUnheardNodesList(),
        Answers.info(header));
  }

  private static AppliedReport.Watcher watcher(WatcherStanding message) {
    return new AppliedReport.Watcher(
        message.getName(),
        AppliedReport.State.valueOf(message.getState().name()),
        message.getNode(),
        message.getIncarnation(),
        message.getApplied(),
        message.getRefused(),
        message.getRefusal(),
        message.getConnected());
  }
}
