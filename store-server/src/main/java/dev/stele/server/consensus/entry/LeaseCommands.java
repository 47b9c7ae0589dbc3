// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import static dev.stele.server.consensus.entry.CommandReader.bytes;
import static dev.stele.server.consensus.entry.CommandReader.known;
import static dev.stele.server.consensus.entry.CommandReader.lease;

import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.ReleaseLease;
import java.util.OptionalLong;

/** The commands of leases to messages of the log and back. */
final class LeaseCommands {
  private LeaseCommands() {}

  static dev.stele.proto.log.v1.AcquireLease message(AcquireLease acquire) {
    return dev.stele.proto.log.v1.AcquireLease.newBuilder()
        .setName(acquire.name())
        .setHolder(acquire.holder())
        .setTtlMillis(acquire.ttlMillis())
        .setMetadata(CommandWriter.bytes(acquire.metadata()))
        .build();
  }

  static AcquireLease acquire(dev.stele.proto.log.v1.AcquireLease message) {
    known(message, "a field of acquire_lease");
    return new AcquireLease(
        message.getName(),
        message.getHolder(),
        message.getTtlMillis(),
        bytes(message.getMetadata()));
  }

  static dev.stele.proto.log.v1.ReleaseLease message(ReleaseLease release) {
    return dev.stele.proto.log.v1.ReleaseLease.newBuilder()
        .setLease(CommandWriter.lease(release.lease()))
        .build();
  }

  static ReleaseLease release(dev.stele.proto.log.v1.ReleaseLease message) {
    known(message, "a field of release_lease");
    return new ReleaseLease(lease(message.getLease()));
  }

  static dev.stele.proto.log.v1.HandOverLease message(HandOverLease handOver) {
    return dev.stele.proto.log.v1.HandOverLease.newBuilder()
        .setLease(CommandWriter.lease(handOver.lease()))
        .setTo(handOver.to())
        .build();
  }

  static HandOverLease handOver(dev.stele.proto.log.v1.HandOverLease message) {
    known(message, "a field of hand_over_lease");
    return new HandOverLease(lease(message.getLease()), message.getTo());
  }

  static dev.stele.proto.log.v1.ExpireLease message(ExpireLease expire) {
    return dev.stele.proto.log.v1.ExpireLease.newBuilder()
        .setTerm(expire.term())
        .setLease(CommandWriter.lease(expire.lease()))
        .build();
  }

  static ExpireLease expire(dev.stele.proto.log.v1.ExpireLease message) {
    known(message, "a field of expire_lease");
    return new ExpireLease(message.getTerm(), lease(message.getLease()));
  }

  static dev.stele.proto.log.v1.CheckpointLease message(CheckpointLease checkpoint) {
    dev.stele.proto.log.v1.CheckpointLease.Builder message =
        dev.stele.proto.log.v1.CheckpointLease.newBuilder()
            .setTerm(checkpoint.term())
            .setLease(CommandWriter.lease(checkpoint.lease()));
    checkpoint.remainingMillis().ifPresent(message::setRemainingMillis);
    return message.build();
  }

  static CheckpointLease checkpoint(dev.stele.proto.log.v1.CheckpointLease message) {
    known(message, "a field of checkpoint_lease");
    return new CheckpointLease(
        message.getTerm(),
        lease(message.getLease()),
        message.hasRemainingMillis()
            ? OptionalLong.of(message.getRemainingMillis())
            : OptionalLong.empty());
  }
}
