// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.pipeline;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams of calls that are open at a listener. Thread-safe. */
public final class OpenPipelines implements AutoCloseable {
  private final Set<PipelineStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  void began(PipelineStream stream) {
    streams.add(stream);
    if (closing) {
      stream.close();
    }
  }

  void ended(PipelineStream stream) {
    streams.remove(stream);
  }

  boolean isClosing() {
    return closing;
  }

  /** The node stops: streams take no more calls, and end when those under way are answered. */
  @Override
  public void close() {
    closing = true;
    streams.forEach(PipelineStream::close);
  }
}
