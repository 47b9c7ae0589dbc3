// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.parse.SessionParser;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every request brings and every response says about the cluster. */
public final class Headers {
  private final WireContext context;

  /** It stays for the life of the process once there is one: a restore happens before a start. */
  private volatile @Nullable ClusterIdentity identity;

  private volatile @Nullable Told last;

  /** A header, and all that it tells that may change. */
  private record Told(StoreMeta meta, Leadership.Standing standing, ResponseHeader header) {
    boolean stillTrue(StoreMeta now, Leadership.Standing standingNow) {
      return meta.equals(now)
          && standing.term() == standingNow.term()
          && standing.contactAgeMillis() == standingNow.contactAgeMillis()
          && standing.leader().equals(standingNow.leader());
    }
  }

  public Headers(WireContext context) {
    this.context = context;
  }

  /**
   * Checks that the caller speaks of this cluster and epoch, before anything else is looked at.
   *
   * @throws RefusedException WRONG_EPOCH when not; NO_QUORUM while the cluster is being formed
   */
  public void check(RequestHeader header) {
    ClusterIdentity own =
        identity()
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.NO_QUORUM, "", "not ready: the cluster is still being formed"));
    checkAgainst(own, header);
  }

  /** Like {@link #check}, for what changes nothing. */
  public void checkRead(RequestHeader header) {
    SessionParser.refuseOnRead(header);
    check(header);
  }

  /** Like {@link #checkRead}, but content while the cluster is being formed. */
  public void checkIfFormed(RequestHeader header) {
    SessionParser.refuseOnRead(header);
    identity().ifPresent(own -> checkAgainst(own, header));
  }

  private static void checkAgainst(ClusterIdentity own, RequestHeader header) {
    if (!header.getClusterId().isEmpty() && !header.getClusterId().equals(own.clusterId())) {
      throw new RefusedException(
          Reason.WRONG_EPOCH,
          "header.cluster_id",
          "this is cluster " + own.clusterId() + ", not the one that the request is for");
    }
    boolean told = !header.getClusterId().isEmpty() || header.getEpoch() != 0;
    if (told && header.getEpoch() != own.epoch()) {
      throw new RefusedException(
          Reason.WRONG_EPOCH,
          "header.epoch",
          "this is epoch %d, the request is for %s"
              .formatted(own.epoch(), Long.toUnsignedString(header.getEpoch())));
    }
  }

  private Optional<ClusterIdentity> identity() {
    ClusterIdentity known = identity;
    if (known == null) {
      Optional<ClusterIdentity> stored = context.store().meta().identity();
      stored.ifPresent(formed -> identity = formed);
      return stored;
    }
    return Optional.of(known);
  }

  /**
   * The header of an answer that was given on {@code meta}. All answers of one moment get the same
   * object.
   */
  public ResponseHeader header(StoreMeta meta) {
    Leadership.Standing standing = context.leadership().standing();
    Told told = last;
    if (told == null || !told.stillTrue(meta, standing)) {
      told = new Told(meta, standing, header(meta, standing));
      last = told;
    }
    return told.header();
  }

  private ResponseHeader header(StoreMeta meta, Leadership.Standing standing) {
    ResponseHeader.Builder header =
        ResponseHeader.newBuilder()
            .setMember(context.selfId())
            .setTerm(standing.term())
            .setRevision(meta.revision())
            .setStoreTimeMillis(meta.storeTimeMillis())
            .setLeaderContactAgeMillis(standing.contactAgeMillis());
    meta.identity().ifPresent(own -> header.setClusterId(own.clusterId()).setEpoch(own.epoch()));
    standing.leader().ifPresent(header::setLeader);
    leaderAddress(standing).ifPresent(leader -> header.setLeaderEndpoint(leader.api()));
    return header.build();
  }

  /** {@code failure} with where the leader is, as far as known. */
  public Failure withLeader(Failure failure) {
    Leadership.Standing standing = context.leadership().standing();
    Optional<NodeAddress> address = leaderAddress(standing);
    if (address.isEmpty()) {
      return failure;
    }
    return failure
        .with(Failure.LEADER, address.get().id())
        .with(Failure.LEADER_ENDPOINT, address.get().api());
  }

  private Optional<NodeAddress> leaderAddress(Leadership.Standing standing) {
    return standing.leader().flatMap(context::node);
  }
}
