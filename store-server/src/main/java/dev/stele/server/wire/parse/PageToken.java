// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Position;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Where a page ended, so that the next one goes on there, at the same revision, at any node.
 *
 * <p>Callers hold it as bytes: format, what is paged, epoch, revision, checksum of the target, the
 * place, checksum of it all. The checksums find mistakes, not malice: who forges a token reads what
 * they could have read without it.
 *
 * @param epoch that the revision is of
 * @param revision of the first page
 * @param place for a list the last key; for a history the position of the last change
 */
public record PageToken(Paged paged, long epoch, long revision, int targetSum, Bytes place) {
  static final String FIELD = "page_token";

  private static final byte FORMAT = 1;
  private static final int HEAD_BYTES = 2 + Long.BYTES + Long.BYTES + Integer.BYTES;
  private static final int POSITION_BYTES = Long.BYTES + Integer.BYTES;
  private static final int MAX_BYTES = HEAD_BYTES + Limits.KEY_MAX_BYTES + Integer.BYTES;

  /** What is paged. */
  public enum Paged {
    FACTS((byte) 0),
    CHANGES((byte) 1);

    private final byte code;

    Paged(byte code) {
      this.code = code;
    }
  }

  /** Behind {@code last}, in a list of {@code range}. */
  public static PageToken behind(long epoch, long revision, KeyRange range, Key last) {
    return new PageToken(Paged.FACTS, epoch, revision, sum(range), last.bytes());
  }

  /** Behind the change at {@code last}, in the history of {@code key}. */
  public static PageToken behind(long epoch, long revision, Key key, Position last) {
    ByteBuffer place = ByteBuffer.allocate(POSITION_BYTES);
    place.putLong(last.revision()).putInt(last.index());
    int target = sum(KeyRange.single(key));
    return new PageToken(Paged.CHANGES, epoch, revision, target, Bytes.wrap(place.array()));
  }

  /** The last key of the page before. */
  public Key last() {
    return Key.trusted(place);
  }

  /** The position of the last change of the page before. */
  public Position lastChange() {
    ByteBuffer buffer = ByteBuffer.wrap(place.unsafeArray());
    return new Position(buffer.getLong(), buffer.getInt());
  }

  public ByteString encoded() {
    ByteBuffer buffer = ByteBuffer.allocate(HEAD_BYTES + place.length() + Integer.BYTES);
    buffer.put(FORMAT).put(paged.code).putLong(epoch).putLong(revision);
    buffer.putInt(targetSum).put(place.unsafeArray());
    buffer.putInt(sum(buffer.array(), buffer.position()));
    return ByteString.copyFrom(buffer.array());
  }

  static Optional<PageToken> parseList(ByteString bytes, KeyRange range) {
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    PageToken token = parse(bytes, Paged.FACTS, range);
    if (Key.violation(token.place).isPresent() || !range.contains(token.last())) {
      throw invalid(FIELD, "ends outside of the target");
    }
    return Optional.of(token);
  }

  static Optional<PageToken> parseHistory(ByteString bytes, Key key) {
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    PageToken token = parse(bytes, Paged.CHANGES, KeyRange.single(key));
    if (token.place.length() != POSITION_BYTES || token.lastChange().index() < 0) {
      throw invalid(FIELD, "is not one of ours");
    }
    if (token.lastChange().revision() < 1 || token.lastChange().revision() > token.revision) {
      throw invalid(FIELD, "goes on outside of its revision");
    }
    return Optional.of(token);
  }

  private static PageToken parse(ByteString bytes, Paged wanted, KeyRange target) {
    if (bytes.size() <= HEAD_BYTES + Integer.BYTES || bytes.size() > MAX_BYTES) {
      throw invalid(FIELD, "is not one of ours");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
    int end = buffer.limit() - Integer.BYTES;
    boolean whole = buffer.getInt(end) == sum(buffer.array(), end);
    if (!whole || buffer.get() != FORMAT) {
      throw invalid(FIELD, "is not one of ours");
    }
    boolean sameCall = buffer.get() == wanted.code;
    long epoch = buffer.getLong();
    long revision = buffer.getLong();
    int targetSum = buffer.getInt();
    if (!sameCall || targetSum != sum(target)) {
      throw invalid(FIELD, "is of another target");
    }
    byte[] place = new byte[end - buffer.position()];
    buffer.get(place);
    return new PageToken(
        wanted, epoch, Fields.revision(revision, FIELD), targetSum, Bytes.wrap(place));
  }

  private static int sum(byte[] bytes, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, length);
    return (int) sum.getValue();
  }

  private static int sum(KeyRange range) {
    CRC32C sum = new CRC32C();
    sum.update(range.from().unsafeArray());
    // A byte that no UTF-8 holds, between the bounds.
    sum.update(0xff);
    range.to().ifPresent(to -> sum.update(to.unsafeArray()));
    return (int) sum.getValue();
  }
}
