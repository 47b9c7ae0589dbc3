// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.client.Expect;
import dev.stele.client.FactKey;
import dev.stele.client.HistoryOptions;
import dev.stele.client.LeaseRef;
import dev.stele.client.ListOptions;
import dev.stele.client.PutOptions;
import dev.stele.client.ReadMode;
import dev.stele.client.Selector;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.KeyRange;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.RequestHeader;
import java.util.List;

/** Requests as messages. Keys and bodies are wrapped, not copied. */
public final class Requests {
  private Requests() {}

  static PutRequest put(RequestHeader header, FactKey<?> key, byte[] body, PutOptions options) {
    PutRequest.Builder request =
        PutRequest.newBuilder().setHeader(header).setKey(bytes(key)).setBody(bytes(body));
    Expect expect = options.expect();
    if (expect instanceof Expect.AtRevision at) {
      request.setIfRevision(at.revision());
    } else if (expect == Expect.absent()) {
      request.setIfAbsent(true);
    }
    options.lease().ifPresent(lease -> request.setLease(lease(lease)));
    for (LeaseRef guard : options.guards()) {
      request.addGuards(lease(guard));
    }
    return request.build();
  }

  static DeleteRequest delete(
      RequestHeader header, FactKey<?> key, Expect expect, List<LeaseRef> guards) {
    DeleteRequest.Builder request = DeleteRequest.newBuilder().setHeader(header).setKey(bytes(key));
    if (expect instanceof Expect.AtRevision at) {
      request.setIfRevision(at.revision());
    }
    guards.forEach(guard -> request.addGuards(lease(guard)));
    return request.build();
  }

  static DeleteRequest deleteAll(RequestHeader header, Selector selector, List<LeaseRef> guards) {
    DeleteRequest.Builder request = DeleteRequest.newBuilder().setHeader(header);
    if (selector instanceof Selector.Range range) {
      request.setRange(range(range));
    } else {
      request.setPrefix(prefix(selector));
    }
    guards.forEach(guard -> request.addGuards(lease(guard)));
    return request.build();
  }

  static GetRequest get(RequestHeader header, FactKey<?> key, ReadMode mode) {
    return GetRequest.newBuilder()
        .setHeader(header)
        .setKey(bytes(key))
        .setRead(Reads.message(mode))
        .build();
  }

  static ListRequest list(RequestHeader header, Selector selector, ListOptions options) {
    ListRequest.Builder request =
        ListRequest.newBuilder()
            .setHeader(header)
            .setRead(Reads.message(Reads.ofPage(options.mode(), options.from())))
            .setLimit(options.limit())
            .setKeysOnly(options.keysOnly());
    if (selector instanceof Selector.Range range) {
      request.setRange(range(range));
    } else if (selector instanceof Selector.Prefix) {
      request.setPrefix(prefix(selector));
    }
    options.from().ifPresent(token -> request.setPageToken(bytes(token.bytes())));
    return request.build();
  }

  static HistoryRequest history(RequestHeader header, FactKey<?> key, HistoryOptions options) {
    HistoryRequest.Builder request =
        HistoryRequest.newBuilder()
            .setHeader(header)
            .setKey(bytes(key))
            .setRead(Reads.message(Reads.ofPage(options.mode(), options.from())))
            .setLimit(options.limit());
    options.from().ifPresent(token -> request.setPageToken(bytes(token.bytes())));
    return request.build();
  }

  static ByteString bytes(FactKey<?> key) {
    return UnsafeByteOperations.unsafeWrap(key.utf8());
  }

  static ByteString bytes(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** A lease at one holding of it. */
  public static dev.stele.proto.v1.LeaseRef lease(LeaseRef lease) {
    return dev.stele.proto.v1.LeaseRef.newBuilder()
        .setName(lease.name())
        .setToken(lease.token())
        .build();
  }

  /** A range. */
  public static KeyRange range(Selector.Range range) {
    return KeyRange.newBuilder()
        .setFrom(ByteString.copyFromUtf8(range.from()))
        .setTo(ByteString.copyFromUtf8(range.to()))
        .build();
  }

  /** Of everything it is empty, which the server refuses where it is too much. */
  static ByteString prefix(Selector selector) {
    return selector instanceof Selector.Prefix prefix
        ? ByteString.copyFromUtf8(prefix.prefix())
        : ByteString.EMPTY;
  }
}
