// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.Compare;
import dev.stele.proto.v1.ConfigDocument;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.DesiredState;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.KeyRange;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.Operation;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.ReadMode;
import dev.stele.proto.v1.TxnRequest;

/** Right requests, for tests to use or to spoil. */
final class Requests {
  static final ByteString BODY = DesiredState.newBuilder().setReplicas(3).build().toByteString();
  static final ByteString NOT_UTF8 = ByteString.copyFrom(new byte[] {(byte) 0xc3, 0x28});

  private Requests() {}

  static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static PutRequest.Builder put(String key) {
    return PutRequest.newBuilder().setKey(utf8(key)).setBody(BODY);
  }

  static DeleteRequest.Builder delete(String key) {
    return DeleteRequest.newBuilder().setKey(utf8(key));
  }

  static GetRequest.Builder get(String key) {
    return GetRequest.newBuilder().setKey(utf8(key));
  }

  static ListRequest.Builder list(String prefix) {
    return ListRequest.newBuilder().setPrefix(utf8(prefix));
  }

  static HistoryRequest.Builder history(String key) {
    return HistoryRequest.newBuilder().setKey(utf8(key));
  }

  static KeyRange range(String from, String to) {
    return KeyRange.newBuilder().setFrom(utf8(from)).setTo(utf8(to)).build();
  }

  static LeaseRef lease(String name, long token) {
    return LeaseRef.newBuilder().setName(name).setToken(token).build();
  }

  static ReadMode local() {
    return ReadMode.newBuilder().setLocal(ReadMode.Local.getDefaultInstance()).build();
  }

  static ReadMode at(long revision) {
    return ReadMode.newBuilder().setAt(revision).build();
  }

  static ReadMode atLeast(long revision) {
    return ReadMode.newBuilder().setAtLeast(revision).build();
  }

  static Operation putStep(String key) {
    return Operation.newBuilder()
        .setPut(Operation.Put.newBuilder().setKey(utf8(key)).setBody(BODY))
        .build();
  }

  static Operation deleteStep(String key) {
    return Operation.newBuilder()
        .setDelete(Operation.Delete.newBuilder().setKey(utf8(key)))
        .build();
  }

  static Operation deletePrefixStep(String prefix) {
    return Operation.newBuilder()
        .setDelete(Operation.Delete.newBuilder().setPrefix(utf8(prefix)))
        .build();
  }

  static TxnRequest.Builder then(Operation... steps) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (Operation step : steps) {
      txn.addThen(step);
    }
    return txn;
  }

  static Compare.Builder compare(String key) {
    return Compare.newBuilder().setKey(utf8(key)).setExists(true);
  }

  /** A config body of exactly {@code bytes} bytes. */
  static ByteString config(int bytes) {
    ConfigDocument empty = ConfigDocument.getDefaultInstance();
    int document = bytes;
    ByteString body;
    do {
      document--;
      body = empty.toBuilder().setDocument(zeros(document)).build().toByteString();
    } while (body.size() > bytes);
    return body;
  }

  static ByteString zeros(int bytes) {
    return ByteString.copyFrom(new byte[bytes]);
  }
}
