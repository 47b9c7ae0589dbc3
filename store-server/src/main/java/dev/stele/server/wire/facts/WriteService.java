// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.CompactResponse;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Txn;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.parse.FieldNames;
import dev.stele.server.wire.parse.SessionParser;
import dev.stele.server.wire.parse.TxnParser;
import dev.stele.server.wire.parse.WriteParser;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Put, Delete, Txn and Compact: what the leader has decided. */
public final class WriteService {
  private final WireContext context;
  private final Headers headers;
  private final WriteDesk desk;

  public WriteService(WireContext context, Headers headers, WriteDesk desk) {
    this.context = context;
    this.headers = headers;
    this.desk = desk;
  }

  public CompletableFuture<Answer<PutResponse>> put(Call call, PutRequest request) {
    RequestHeader header = call.header(request.getHeader());
    headers.check(header);
    return desk.write(
        call,
        FactsGrpc.getPutMethod(),
        SessionParser.once(header, WriteParser.put(request)),
        Decisions.answer(
            Put.Written.class,
            UnaryOperator.identity(),
            (written, duplicate) ->
                PutResponse.newBuilder()
                    .setHeader(header())
                    .setRevision(written.revision())
                    .setCreateRevision(written.createRevision())
                    .setVersion(written.version())
                    .setDuplicate(duplicate)
                    .build()));
  }

  public CompletableFuture<Answer<DeleteResponse>> delete(Call call, DeleteRequest request) {
    RequestHeader header = call.header(request.getHeader());
    headers.check(header);
    return desk.write(
        call,
        FactsGrpc.getDeleteMethod(),
        SessionParser.once(header, WriteParser.delete(request)),
        Decisions.answer(
            Delete.Deleted.class,
            field -> FieldNames.inRequest(request, field),
            (deleted, duplicate) ->
                DeleteResponse.newBuilder()
                    .setHeader(header())
                    .setRevision(deleted.revision())
                    .setDeleted(deleted.count())
                    .setDuplicate(duplicate)
                    .build()));
  }

  public CompletableFuture<Answer<TxnResponse>> txn(Call call, TxnRequest request) {
    RequestHeader header = call.header(request.getHeader());
    headers.check(header);
    return desk.write(
        call,
        FactsGrpc.getTxnMethod(),
        SessionParser.once(header, TxnParser.txn(request)),
        Decisions.answer(
            Txn.Ran.class, field -> FieldNames.inRequest(request, field), this::response));
  }

  public CompletableFuture<Answer<CompactResponse>> compact(Call call, CompactRequest request) {
    RequestHeader header = call.header(request.getHeader());
    headers.check(header);
    return desk.write(
        call,
        MaintenanceGrpc.getCompactMethod(),
        SessionParser.once(header, WriteParser.compact(request)),
        Decisions.answer(
            Compact.Compacted.class,
            UnaryOperator.identity(),
            (compacted, duplicate) ->
                CompactResponse.newBuilder()
                    .setHeader(header())
                    .setFloor(compacted.floor())
                    .setDuplicate(duplicate)
                    .build()));
  }

  private TxnResponse response(Txn.Ran ran, boolean duplicate) {
    TxnResponse.Builder response =
        TxnResponse.newBuilder()
            .setHeader(header())
            .setRevision(ran.revision())
            .setSucceeded(ran.succeeded())
            .setDuplicate(duplicate);
    ran.answers().forEach(answer -> response.addResults(Messages.result(answer)));
    return response.build();
  }

  private ResponseHeader header() {
    return headers.header(context.store().meta());
  }
}
