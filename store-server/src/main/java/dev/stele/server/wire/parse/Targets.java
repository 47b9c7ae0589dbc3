// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import java.util.Optional;

/**
 * Prefixes and ranges of keys.
 *
 * <p>A prefix is the beginning of a possible key. The bounds of a range are places in byte order
 * and need not be keys, nor even UTF-8: the end behind a prefix often is neither.
 */
final class Targets {
  /** A key with a zero byte appended is the longest bound that makes sense. */
  private static final int BOUND_MAX_BYTES = Limits.KEY_MAX_BYTES + 1;

  private Targets() {}

  static KeyRange prefixToRead(ByteString value, String field) {
    return value.isEmpty() ? KeyRange.ALL : KeyRange.prefix(prefix(value, field));
  }

  /** The kind that a right {@code prefix} is inside of; empty when it may reach into several. */
  static Optional<String> kindOfPrefix(ByteString prefix) {
    Bytes bytes = Fields.bytes(prefix);
    return bytes.indexOf((byte) '/') > 0
        ? Optional.of(Key.trusted(bytes).kind())
        : Optional.empty();
  }

  static KeyRange prefixToDelete(ByteString value, String field) {
    Bytes prefix = prefix(value, field);
    if (prefix.indexOf((byte) '/') < 0) {
      throw invalid(field, "reaches into more than one kind; it holds at least kind/");
    }
    Fields.refuseLeases(Key.trusted(prefix).kind(), field);
    return KeyRange.prefix(prefix);
  }

  private static Bytes prefix(ByteString value, String field) {
    Bytes prefix = bounded(value, field, Limits.KEY_MAX_BYTES);
    boolean wholeKind = prefix.indexOf((byte) '/') >= 0;
    Optional<String> violation = Key.violation(prefix);
    if (violation.isPresent()) {
      // A beginning is right when something can follow it.
      violation = Key.violation(Bytes.wrap(value.concat(rest(wholeKind)).toByteArray()));
    }
    violation.ifPresent(
        wrong -> {
          throw invalid(field, wrong);
        });
    return prefix;
  }

  private static ByteString rest(boolean wholeKind) {
    return ByteString.copyFromUtf8(wholeKind ? "x" : "/x");
  }

  static KeyRange rangeToRead(dev.stele.proto.v1.KeyRange range, String field) {
    Bytes from = bounded(range.getFrom(), field + ".from", BOUND_MAX_BYTES);
    Bytes to = bounded(range.getTo(), field + ".to", BOUND_MAX_BYTES);
    if (to.compareTo(from) <= 0) {
      throw invalid(field + ".to", "is not behind " + field + ".from");
    }
    return new KeyRange(from, Optional.of(to));
  }

  static KeyRange rangeToDelete(dev.stele.proto.v1.KeyRange range, String field) {
    KeyRange keys = rangeToRead(range, field);
    int slash = keys.from().indexOf((byte) '/');
    if (slash < 1) {
      throw invalid(field + ".from", "is outside of any kind; it holds at least kind/");
    }
    String kind = Key.trusted(keys.from()).kind();
    Fields.refuseLeases(kind, field + ".from");
    Bytes end = Bytes.utf8(kind + "/").prefixEnd().orElseThrow();
    if (keys.to().orElseThrow().compareTo(end) > 0) {
      throw invalid(field + ".to", "reaches beyond kind " + kind);
    }
    return keys;
  }

  private static Bytes bounded(ByteString value, String field, int maxBytes) {
    if (value.size() > maxBytes) {
      throw invalid(field, "has " + value.size() + " bytes, at most " + maxBytes + " are allowed");
    }
    return Fields.bytes(value);
  }
}
