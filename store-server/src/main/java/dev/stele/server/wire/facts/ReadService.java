// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.server.admission.WriteAdmission;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.read.ChangePage;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.core.read.PastFact;
import dev.stele.server.port.StateStore;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.parse.Freshness;
import dev.stele.server.wire.parse.PageToken;
import dev.stele.server.wire.parse.ReadParser;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Get, List and History. */
public final class ReadService {
  private final Headers headers;
  private final ReadDesk desk;

  public ReadService(Headers headers, ReadDesk desk) {
    this.headers = headers;
    this.desk = desk;
  }

  public CompletableFuture<Answer<GetResponse>> get(Call call, GetRequest request) {
    return get(call, request, desk);
  }

  /** A place for the reads of calls that come together. */
  public GatheredReads gather() {
    return desk.gather();
  }

  /** The same, served by {@code reads}. */
  public CompletableFuture<Answer<GetResponse>> get(Call call, GetRequest request, Reads reads) {
    headers.checkRead(call.header(request.getHeader()));
    ReadParser.Get get = ReadParser.get(request);
    return reads.read(
        call,
        get.freshness(),
        snapshot -> {
          GetResponse.Builder response =
              GetResponse.newBuilder().setHeader(headers.header(snapshot.meta()));
          Optional<Fact> fact = fact(snapshot, get);
          if (fact.isEmpty()) {
            requireKnown(snapshot, get.key(), "key");
          }
          fact.ifPresent(found -> response.setFact(Messages.fact(found)));
          return response.build();
        });
  }

  /**
   * A kind that has gone keeps its history; one of which there is nothing at all was probably
   * misspelt.
   */
  private static void requireKnown(StateStore.Snapshot snapshot, Key key, String field) {
    if (snapshot.standing(key).isEmpty()) {
      requireKnown(snapshot, key.kind(), field);
    }
  }

  private static void requireKnown(StateStore.Snapshot snapshot, String kind, String field) {
    if (!kind.equals(KindNames.LEASE) && Kinds.policy(snapshot, kind).isEmpty()) {
      throw new RefusedException(
          Reason.UNKNOWN_KIND, field, WriteAdmission.unknownKind(kind, field));
    }
  }

  private static Optional<Fact> fact(StateStore.Snapshot snapshot, ReadParser.Get get) {
    if (get.freshness() instanceof Freshness.At at) {
      long floor = snapshot.meta().floor();
      return snapshot
          .row(get.key())
          .flatMap(row -> PastFact.at(row, snapshot, at.revision(), floor));
    }
    return snapshot.fact(get.key());
  }

  public CompletableFuture<Answer<ListResponse>> list(Call call, ListRequest request) {
    headers.checkRead(request.getHeader());
    ReadParser.List list = ReadParser.list(request);
    return desk.read(call, list.freshness(), snapshot -> list(snapshot, list));
  }

  private ListResponse list(StateStore.Snapshot snapshot, ReadParser.List list) {
    StoreMeta meta = snapshot.meta();
    long epoch = epoch(meta, list.token());
    long revision = list.freshness() instanceof Freshness.At at ? at.revision() : meta.revision();
    KeyRange rest =
        list.token().map(token -> list.range().after(token.last())).orElse(list.range());
    FactPage page =
        revision == meta.revision()
            ? FactPage.read(snapshot, rest, list.limit(), list.keysOnly())
            : FactPage.readAt(snapshot, snapshot, revision, rest, list.limit(), list.keysOnly());
    if (page.facts().isEmpty()) {
      list.kind().ifPresent(kind -> requireKnown(snapshot, kind, "prefix"));
    }
    ListResponse.Builder response =
        ListResponse.newBuilder()
            .setHeader(headers.header(meta))
            .setRevision(revision)
            .setMore(page.more());
    page.facts().forEach(fact -> response.addFacts(Messages.fact(fact)));
    if (page.more()) {
      Key last = page.facts().get(page.facts().size() - 1).key();
      response.setNextPageToken(PageToken.behind(epoch, revision, list.range(), last).encoded());
    }
    return response.build();
  }

  public CompletableFuture<Answer<HistoryResponse>> history(Call call, HistoryRequest request) {
    headers.checkRead(request.getHeader());
    ReadParser.History history = ReadParser.history(request);
    return desk.read(call, history.freshness(), snapshot -> history(snapshot, history));
  }

  private HistoryResponse history(StateStore.Snapshot snapshot, ReadParser.History history) {
    StoreMeta meta = snapshot.meta();
    long epoch = epoch(meta, history.token());
    long revision =
        history.freshness() instanceof Freshness.At at ? at.revision() : meta.revision();
    ChangePage page =
        history.token().isPresent()
            ? behind(snapshot, history, history.token().get().lastChange())
            : first(snapshot, history, revision);
    if (page.changes().isEmpty()) {
      requireKnown(snapshot, history.key(), "key");
    }
    HistoryResponse.Builder response = HistoryResponse.newBuilder().setHeader(headers.header(meta));
    page.changes().forEach(change -> response.addChanges(Messages.change(change)));
    if (page.more()) {
      Position last = page.changes().get(page.changes().size() - 1).at();
      response
          .setMore(true)
          .setNextPageToken(PageToken.behind(epoch, revision, history.key(), last).encoded());
    }
    return response.build();
  }

  private static ChangePage first(
      StateStore.Snapshot snapshot, ReadParser.History history, long revision) {
    long floor = snapshot.meta().floor();
    return snapshot
        .standing(history.key())
        .map(row -> ChangePage.first(row, snapshot, revision, history.limit(), floor))
        .orElseGet(() -> new ChangePage(List.of(), false));
  }

  /** A token may have been made up: a position of another key must not lead into its history. */
  private static ChangePage behind(
      StateStore.Snapshot snapshot, ReadParser.History history, Position last) {
    boolean othersChange =
        snapshot.change(last).map(change -> !change.key().equals(history.key())).orElse(false);
    if (othersChange) {
      throw new RefusedException(
          Reason.INVALID_FIELD, "page_token", "page_token is of another target");
    }
    return ChangePage.behind(last, snapshot, history.limit(), snapshot.meta().floor());
  }

  private static long epoch(StoreMeta meta, Optional<PageToken> token) {
    long epoch = meta.identity().map(ClusterIdentity::epoch).orElse(0L);
    if (token.isPresent() && token.get().epoch() != epoch) {
      throw new RefusedException(
          Reason.WRONG_EPOCH,
          "page_token",
          "page_token is of epoch %d, this is epoch %d".formatted(token.get().epoch(), epoch));
    }
    return epoch;
  }
}
