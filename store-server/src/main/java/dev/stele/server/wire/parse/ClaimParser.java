// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.proto.v1.DrainClaimRequest;
import dev.stele.proto.v1.NextClaimRequest;
import dev.stele.proto.v1.ReleaseClaimRequest;
import dev.stele.proto.v1.TakeoverClaimRequest;
import dev.stele.server.core.command.DrainClaim;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.ReleaseClaim;
import dev.stele.server.core.command.TakeOverClaim;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Limits;
import java.util.OptionalLong;

/** What is asked of claims. Methods throw {@link dev.stele.server.wire.error.RefusedException}. */
public final class ClaimParser {
  private static final String CLAIM = "claim";
  private static final String LEASE = "lease";

  private ClaimParser() {}

  public static NextClaim next(NextClaimRequest request) {
    return new NextClaim(
        pool(request.getPool()), Fields.heldLease(request.hasLease(), request.getLease(), LEASE));
  }

  public static TakeOverClaim takeover(TakeoverClaimRequest request) {
    return new TakeOverClaim(
        Fields.claim(request.getClaimBytes(), CLAIM),
        epoch(request.getEpoch()),
        Fields.heldLease(request.hasLease(), request.getLease(), LEASE));
  }

  public static DrainClaim drain(DrainClaimRequest request) {
    return new DrainClaim(
        Fields.claim(request.getClaimBytes(), CLAIM),
        request.hasEpoch() ? OptionalLong.of(epoch(request.getEpoch())) : OptionalLong.empty(),
        deadlineMillis(request.getDeadlineMillis()));
  }

  public static ReleaseClaim release(ReleaseClaimRequest request) {
    return new ReleaseClaim(
        Fields.claim(request.getClaimBytes(), CLAIM),
        epoch(request.getEpoch()),
        Fields.heldLease(request.hasLease(), request.getLease(), LEASE),
        request.getRetire());
  }

  private static String pool(String name) {
    Key.violation(Bytes.utf8(KindNames.POOL + "/" + name))
        .ifPresent(
            violation -> {
              throw invalid("pool", violation);
            });
    return name;
  }

  private static long epoch(long value) {
    return Fields.revision(value, "epoch");
  }

  private static long deadlineMillis(long millis) {
    if (millis < 1 || millis > Limits.DRAIN_MAX_MILLIS) {
      throw invalid(
          "deadline_millis",
          "is %s%s, 1 to %d are allowed"
              .formatted(
                  Long.toUnsignedString(millis),
                  millis == 0 ? ": in the past" : "",
                  Limits.DRAIN_MAX_MILLIS));
    }
    return millis;
  }
}
