// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Lanes.Lane;
import dev.stele.bench.compare.peer.Reply;
import dev.stele.proto.v1.Compare;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.FactsGrpc.FactsStub;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.Operation;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ReadMode;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Unary calls with nothing in between. */
final class SteleRpcDriver extends LeasingDriver {
  private static final ReadMode LINEARIZABLE =
      ReadMode.newBuilder().setLinearizable(ReadMode.Linearizable.getDefaultInstance()).build();
  private static final ReadMode LOCAL =
      ReadMode.newBuilder().setLocal(ReadMode.Local.getDefaultInstance()).build();

  private final Lanes<FactsStub> lanes;
  private final SteleWatches watches;

  SteleRpcDriver(List<String> endpoints, int connections, int leader) {
    super(endpoints, connections, leader);
    this.lanes =
        new Lanes<>(
            endpoints,
            connections,
            leader,
            FactsGrpc::newStub,
            lane -> SteleLeases.askLeader(lane));
    this.watches = new SteleWatches(lanes);
  }

  private static ByteString key(String key) {
    return ByteString.copyFromUtf8(Documents.key(key));
  }

  private static ByteString body(byte[] value) {
    return UnsafeByteOperations.unsafeWrap(Documents.body(value));
  }

  @Override
  public CompletableFuture<Void> put(String key, byte[] value) {
    Lane<FactsStub> lane = lanes.next();
    Reply<PutResponse, Void> reply = new Reply<>(SteleRpcDriver::nothing, lane);
    lane.stub().put(PutRequest.newBuilder().setKey(key(key)).setBody(body(value)).build(), reply);
    return reply;
  }

  private static @Nullable Void nothing(PutResponse response) {
    return null;
  }

  @Override
  public CompletableFuture<byte[]> get(String key, boolean linearizable) {
    Lane<FactsStub> lane = lanes.next();
    Reply<GetResponse, byte[]> reply = new Reply<>(SteleRpcDriver::value, lane);
    GetRequest request =
        GetRequest.newBuilder()
            .setKey(key(key))
            .setRead(linearizable ? LINEARIZABLE : LOCAL)
            .build();
    lane.stub().get(request, reply);
    return reply;
  }

  private static byte[] value(GetResponse response) {
    if (!response.hasFact()) {
      throw new NoSuchElementException("no such key");
    }
    return Documents.value(response.getFact().getBody().toByteArray());
  }

  @Override
  public CompletableFuture<Void> transact(String guard, String first, String second, byte[] value) {
    Lane<FactsStub> lane = lanes.next();
    Reply<TxnResponse, Void> reply = new Reply<>(SteleRpcDriver::succeeded, lane);
    ByteString body = body(value);
    TxnRequest request =
        TxnRequest.newBuilder()
            .addCompares(Compare.newBuilder().setKey(key(guard)).setExists(true))
            .addThen(put(first, body))
            .addThen(put(second, body))
            .build();
    lane.stub().txn(request, reply);
    return reply;
  }

  private static Operation put(String key, ByteString body) {
    return Operation.newBuilder()
        .setPut(Operation.Put.newBuilder().setKey(key(key)).setBody(body))
        .build();
  }

  private static @Nullable Void succeeded(TxnResponse response) {
    if (!response.getSucceeded()) {
      throw new NoSuchElementException("the guard does not exist");
    }
    return null;
  }

  @Override
  public AutoCloseable watch(String prefix, Consumer<byte[]> changes) {
    return watches.watch(prefix, changes);
  }

  @Override
  public void close() {
    super.close();
    lanes.close();
  }
}
