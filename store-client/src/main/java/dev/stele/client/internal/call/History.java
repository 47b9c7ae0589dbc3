// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The history that this client reads from: cluster id, epoch and the highest revision seen. It is
 * learned from the first answer and kept until it is forgotten. Thread-safe, without locks.
 */
public final class History {
  private final AtomicReference<Known> known = new AtomicReference<>(Known.nothing());

  /** What is known now. */
  public Known known() {
    return known.get();
  }

  /**
   * Takes note of an answer.
   *
   * @param sentUnder what was known when the request was sent
   * @return false when the answer is of another history
   */
  public boolean observe(Known sentUnder, ResponseHeader header) {
    Known now = known.get();
    while (now.isNothing() && now == sentUnder && !header.getClusterId().isEmpty()) {
      known.compareAndSet(now, Known.of(header));
      now = known.get();
    }
    if (!now.matches(header)) {
      return false;
    }
    now.raise(header.getRevision());
    return true;
  }

  /** Starts over. Answers to requests sent before teach nothing any more. */
  public void forget() {
    known.set(Known.nothing());
  }

  /** What is known of a history. */
  public static final class Known {
    private final RequestHeader header;
    private final AtomicLong revision = new AtomicLong();

    private Known(RequestHeader header) {
      this.header = header;
    }

    private static Known nothing() {
      return new Known(RequestHeader.getDefaultInstance());
    }

    private static Known of(ResponseHeader response) {
      return new Known(
          RequestHeader.newBuilder()
              .setClusterId(response.getClusterId())
              .setEpoch(response.getEpoch())
              .build());
    }

    /** What each request carries. */
    public RequestHeader header() {
      return header;
    }

    /** The highest that an answer has shown. */
    public long revision() {
      return revision.get();
    }

    private boolean isNothing() {
      return header.getClusterId().isEmpty();
    }

    private boolean matches(ResponseHeader response) {
      return header.getClusterId().equals(response.getClusterId())
          && header.getEpoch() == response.getEpoch();
    }

    private void raise(long seen) {
      long before = revision.get();
      while (seen > before && !revision.compareAndSet(before, seen)) {
        before = revision.get();
      }
    }
  }
}
