// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.GetLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.ListLeasesRequest;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is asked of leases. Methods throw {@link dev.stele.server.wire.error.RefusedException}. */
public final class LeaseParser {
  /** Leases that one request of a stream may renew. */
  public static final int KEEP_ALIVE_MAX_LEASES = 1_000;

  /** The longest wait that can be asked for, and that can have been before; a call ends sooner. */
  public static final Duration WAIT_MAX = Duration.ofDays(365);

  private LeaseParser() {}

  /**
   * An acquisition, and what it may wait for the lease.
   *
   * @param tag of the session that it is made under
   * @param waitNanos zero when it does not wait
   * @param waitedNanos before this call
   */
  public record Acquire(
      AcquireLease command, Optional<SessionTag> tag, long waitNanos, long waitedNanos) {}

  /**
   * A page of leases.
   *
   * @param limit at least 1
   */
  public record Listing(KeyRange range, int limit) {}

  /** An acquisition; one without a name gets one. */
  public static Acquire acquire(AcquireLeaseRequest request) {
    Optional<SessionTag> tag = SessionParser.tag(request.getHeader());
    String name =
        request.getName().isEmpty()
            ? tag.map(AnonymousNames::of).orElseGet(AnonymousNames::random)
            : name(request.getName(), "name");
    LeaseRecord lease =
        new LeaseRecord(
            holder(request.getHolder(), "holder"),
            request.getTtlMillis(),
            Fields.bytes(request.getMetadata()));
    lease
        .violation()
        .ifPresent(
            wrong -> {
              throw invalid(wrong.field(), wrong.message());
            });
    return new Acquire(
        new AcquireLease(name, lease.holder(), lease.ttlMillis(), lease.metadata()),
        tag,
        waitNanos(request.getWaitMillis(), "wait_millis"),
        waitNanos(request.getWaitedMillis(), "waited_millis"));
  }

  public static ReleaseLease release(ReleaseLeaseRequest request) {
    return new ReleaseLease(Fields.heldLease(request.hasLease(), request.getLease(), "lease"));
  }

  public static HandOverLease handOver(HandOverLeaseRequest request) {
    return new HandOverLease(
        Fields.heldLease(request.hasLease(), request.getLease(), "lease"),
        holder(request.getTo(), "to"));
  }

  /** What is to be renewed. */
  public static LeaseRef renew(RenewLeaseRequest request) {
    return Fields.heldLease(request.hasLease(), request.getLease(), "lease");
  }

  /** What is to be renewed, 1 to {@link #KEEP_ALIVE_MAX_LEASES}, in the order of the request. */
  public static List<LeaseRef> keepAlive(KeepAliveRequest request) {
    int count = request.getLeasesCount();
    if (count < 1 || count > KEEP_ALIVE_MAX_LEASES) {
      throw invalid(
          "leases", "holds " + count + " leases, 1 to " + KEEP_ALIVE_MAX_LEASES + " are allowed");
    }
    List<LeaseRef> leases = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      leases.add(Fields.lease(request.getLeases(i), "leases[" + i + "]"));
    }
    return leases;
  }

  /** The key of the lease that is asked for. */
  public static Key get(GetLeaseRequest request) {
    return key(name(request.getName(), "name"));
  }

  /** The leases that are asked for. */
  public static Listing list(ListLeasesRequest request) {
    String prefix = KindNames.LEASE + "/" + request.getPrefix();
    KeyRange range = Targets.prefixToRead(ByteString.copyFromUtf8(prefix), "prefix");
    String after = request.getAfter();
    return new Listing(
        after.isEmpty() ? range : range.after(key(name(after, "after"))),
        Fields.limit(request.getLimit(), "limit"));
  }

  private static Key key(String name) {
    return Leases.key(name);
  }

  private static String name(String name, String field) {
    Fields.leaseName(name, field);
    return name;
  }

  /** Who holds a lease is shown to people: what could spoil a terminal is refused. */
  private static String holder(String holder, String field) {
    Optional<String> violation = LeaseRecord.holderViolation(holder);
    if (violation.isPresent()) {
      throw invalid(field, violation.get());
    }
    if (holder.chars().anyMatch(Character::isISOControl)) {
      throw invalid(field, "has a control character");
    }
    return holder;
  }

  private static long waitNanos(long millis, String field) {
    if (millis < 0 || millis > WAIT_MAX.toMillis()) {
      throw invalid(
          field,
          "is %s, at most %d is allowed"
              .formatted(Long.toUnsignedString(millis), WAIT_MAX.toMillis()));
    }
    return Duration.ofMillis(millis).toNanos();
  }
}
