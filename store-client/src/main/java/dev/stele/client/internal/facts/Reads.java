// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import dev.stele.client.PageToken;
import dev.stele.client.ReadMode;
import dev.stele.client.internal.link.Route;
import java.util.Optional;

/** Read modes and their messages. */
final class Reads {
  private static final dev.stele.proto.v1.ReadMode LINEARIZABLE =
      dev.stele.proto.v1.ReadMode.newBuilder()
          .setLinearizable(dev.stele.proto.v1.ReadMode.Linearizable.getDefaultInstance())
          .build();
  private static final dev.stele.proto.v1.ReadMode LOCAL =
      dev.stele.proto.v1.ReadMode.newBuilder()
          .setLocal(dev.stele.proto.v1.ReadMode.Local.getDefaultInstance())
          .build();

  private Reads() {}

  static dev.stele.proto.v1.ReadMode message(ReadMode mode) {
    if (mode instanceof ReadMode.AtLeast atLeast) {
      return dev.stele.proto.v1.ReadMode.newBuilder().setAtLeast(atLeast.revision()).build();
    }
    if (mode instanceof ReadMode.At at) {
      return dev.stele.proto.v1.ReadMode.newBuilder().setAt(at.revision()).build();
    }
    return mode == ReadMode.local() ? LOCAL : LINEARIZABLE;
  }

  static boolean isLinearizable(ReadMode mode) {
    return mode == ReadMode.linearizable();
  }

  static Route route(ReadMode mode) {
    return isLinearizable(mode) ? Route.LEADER : Route.ANY;
  }

  /**
   * The mode of a page: after the first, the token holds the revision, so it is enough that the
   * node has applied that, wherever the page is read.
   */
  static ReadMode ofPage(ReadMode mode, Optional<PageToken> from) {
    return from.isEmpty() || mode instanceof ReadMode.At
        ? mode
        : ReadMode.atLeast(from.get().revision());
  }
}
