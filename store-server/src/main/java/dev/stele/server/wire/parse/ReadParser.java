// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ReadMode;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import java.util.Optional;

/** Reads as questions. Methods throw {@link dev.stele.server.wire.error.RefusedException}. */
public final class ReadParser {
  private static final String READ = "read";

  private ReadParser() {}

  /** One fact. */
  public record Get(Key key, Freshness freshness) {}

  /**
   * A page of facts.
   *
   * @param kind the one that the caller named by a prefix
   * @param limit at least 1
   * @param token of the page before
   */
  public record List(
      KeyRange range,
      Optional<String> kind,
      Freshness freshness,
      int limit,
      boolean keysOnly,
      Optional<PageToken> token) {}

  /** A page of changes; like {@link List}. */
  public record History(Key key, Freshness freshness, int limit, Optional<PageToken> token) {}

  public static Get get(GetRequest request) {
    return new Get(Fields.key(request.getKey(), "key"), freshness(request.getRead(), READ));
  }

  public static List list(ListRequest request) {
    KeyRange range =
        switch (request.getTargetCase()) {
          case PREFIX -> Targets.prefixToRead(request.getPrefix(), "prefix");
          case RANGE -> Targets.rangeToRead(request.getRange(), "range");
          case TARGET_NOT_SET -> KeyRange.ALL;
        };
    Optional<PageToken> token = PageToken.parseList(request.getPageToken(), range);
    return new List(
        range,
        Targets.kindOfPrefix(request.getPrefix()),
        paged(freshness(request.getRead(), READ), token),
        Fields.limit(request.getLimit(), "limit"),
        request.getKeysOnly(),
        token);
  }

  public static History history(HistoryRequest request) {
    Key key = Fields.key(request.getKey(), "key");
    Optional<PageToken> token = PageToken.parseHistory(request.getPageToken(), key);
    return new History(
        key,
        paged(freshness(request.getRead(), READ), token),
        Fields.limit(request.getLimit(), "limit"),
        token);
  }

  /** How fresh what is read must be; {@code field} says so. */
  static Freshness freshness(ReadMode mode, String field) {
    return switch (mode.getModeCase()) {
      case LINEARIZABLE, MODE_NOT_SET -> new Freshness.Linearizable();
      case AT_LEAST ->
          new Freshness.AtLeast(Fields.revision(mode.getAtLeast(), field + ".at_least"));
      case LOCAL -> new Freshness.Local();
      case AT -> new Freshness.At(Fields.revision(mode.getAt(), field + ".at"), field + ".at");
    };
  }

  /** The first page chose the revision of them all. */
  private static Freshness paged(Freshness asked, Optional<PageToken> token) {
    if (token.isEmpty()) {
      return asked;
    }
    long revision = token.get().revision();
    if (asked instanceof Freshness.At at && at.revision() != revision) {
      throw invalid(PageToken.FIELD, "is of revision " + revision + ", not of read.at");
    }
    return new Freshness.At(revision, PageToken.FIELD);
  }
}
