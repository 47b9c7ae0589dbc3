// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.OperationResult;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.wire.parse.CoreBodies;

/** What the core says, as messages. */
public final class Messages {
  private Messages() {}

  /** Without a copy: neither side writes to the bytes. */
  public static ByteString bytes(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.unsafeArray());
  }

  /** The body as callers know it; a fact of a list of keys has none. */
  private static ByteString body(dev.stele.server.core.model.Fact fact) {
    if (fact.body().length() == 0) {
      return ByteString.EMPTY;
    }
    return CoreBodies.message(fact.key(), fact.body()).orElseGet(() -> bytes(fact.body()));
  }

  /** A fact as callers know it. */
  public static Fact fact(dev.stele.server.core.model.Fact fact) {
    Fact.Builder message =
        Fact.newBuilder()
            .setKey(bytes(fact.key().bytes()))
            .setBody(body(fact))
            .setCreateRevision(fact.createRevision())
            .setModRevision(fact.modRevision())
            .setVersion(fact.version());
    fact.lease()
        .ifPresent(
            lease ->
                message.setLease(
                    LeaseRef.newBuilder().setName(lease.name()).setToken(lease.token())));
    return message.build();
  }

  static dev.stele.proto.v1.Change change(Change change) {
    dev.stele.proto.v1.Change.Builder message =
        dev.stele.proto.v1.Change.newBuilder()
            .setRevision(change.at().revision())
            .setPreviousRevision(change.previous().revision());
    if (change instanceof Change.Put put) {
      return message.setType(dev.stele.proto.v1.Change.Type.PUT).setFact(fact(put.fact())).build();
    }
    return message.setType(dev.stele.proto.v1.Change.Type.DELETE).build();
  }

  static OperationResult result(Operation.Answer answer) {
    OperationResult.Builder message = OperationResult.newBuilder();
    if (answer instanceof Operation.PutDone) {
      message.setPut(OperationResult.Put.getDefaultInstance());
    } else if (answer instanceof Operation.DeleteDone done) {
      message.setDelete(OperationResult.Delete.newBuilder().setDeleted(done.count()));
    } else if (answer instanceof Operation.Got got) {
      OperationResult.Get.Builder get = OperationResult.Get.newBuilder();
      got.fact().ifPresent(fact -> get.setFact(fact(fact)));
      message.setGet(get);
    } else if (answer instanceof Operation.Listed listed) {
      message.setList(list(listed.page()));
    }
    return message.build();
  }

  private static OperationResult.List list(FactPage page) {
    OperationResult.List.Builder message = OperationResult.List.newBuilder().setMore(page.more());
    page.facts().forEach(fact -> message.addFacts(fact(fact)));
    return message.build();
  }
}
