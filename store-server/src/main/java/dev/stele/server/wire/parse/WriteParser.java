// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.PutRequest;
import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import java.util.OptionalLong;

/**
 * Puts, deletes and compactions as commands.
 *
 * <p>Everything that the request alone tells is refused here, before consensus; methods throw
 * {@link dev.stele.server.wire.error.RefusedException}.
 */
public final class WriteParser {
  private WriteParser() {}

  public static Put put(PutRequest request) {
    Key key = Fields.keyToWrite(request.getKey(), "key");
    return new Put(
        key,
        Bodies.body(key, request.getBody(), "body"),
        expect(request),
        Fields.lease(request.hasLease(), request.getLease(), "lease"),
        Fields.guards(request.getGuardsList()));
  }

  private static Expect expect(PutRequest request) {
    return switch (request.getExpectCase()) {
      case IF_REVISION ->
          new Expect.AtRevision(Fields.atLeastOne(request.getIfRevision(), "if_revision"));
      case IF_ABSENT -> {
        if (!request.getIfAbsent()) {
          throw invalid("if_absent", "is false; leave it out instead");
        }
        yield new Expect.Absent();
      }
      case EXPECT_NOT_SET -> Expect.ANYTHING;
    };
  }

  public static Delete delete(DeleteRequest request) {
    KeyRange target =
        switch (request.getTargetCase()) {
          case KEY -> KeyRange.single(Fields.keyToWrite(request.getKey(), "key"));
          case PREFIX -> Targets.prefixToDelete(request.getPrefix(), "prefix");
          case RANGE -> Targets.rangeToDelete(request.getRange(), "range");
          case TARGET_NOT_SET -> throw invalid("target", "is not set: key, prefix or range");
        };
    return new Delete(target, ifRevision(request), Fields.guards(request.getGuardsList()));
  }

  private static OptionalLong ifRevision(DeleteRequest request) {
    if (!request.hasIfRevision()) {
      return OptionalLong.empty();
    }
    if (!request.hasKey()) {
      throw invalid("if_revision", "goes with key only");
    }
    return OptionalLong.of(Fields.atLeastOne(request.getIfRevision(), "if_revision"));
  }

  public static Compact compact(CompactRequest request) {
    return new Compact(Fields.atLeastOne(request.getRevision(), "revision"));
  }
}
