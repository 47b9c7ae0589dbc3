// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import static dev.stele.server.consensus.entry.CommandReader.key;
import static dev.stele.server.consensus.entry.CommandReader.known;
import static dev.stele.server.consensus.entry.CommandReader.lease;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.DrainClaim;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.ReleaseClaim;
import dev.stele.server.core.command.TakeOverClaim;
import java.util.OptionalLong;

/** The commands of claims to messages of the log and back. */
final class ClaimCommands {
  private ClaimCommands() {}

  /** Puts {@code command} into {@code message}; false when it is none of these. */
  static boolean write(Command command, dev.stele.proto.log.v1.Command.Builder message) {
    if (command instanceof NextClaim next) {
      message.setNextClaim(message(next));
    } else if (command instanceof TakeOverClaim takeOver) {
      message.setTakeOverClaim(message(takeOver));
    } else if (command instanceof DrainClaim drain) {
      message.setDrainClaim(message(drain));
    } else if (command instanceof ReleaseClaim release) {
      message.setReleaseClaim(message(release));
    } else if (command instanceof EndDrain end) {
      message.setEndDrain(message(end));
    } else {
      return false;
    }
    return true;
  }

  static dev.stele.proto.log.v1.NextClaim message(NextClaim next) {
    return dev.stele.proto.log.v1.NextClaim.newBuilder()
        .setPool(next.pool())
        .setLease(CommandWriter.lease(next.lease()))
        .build();
  }

  static NextClaim next(dev.stele.proto.log.v1.NextClaim message) {
    known(message, "a field of next_claim");
    return new NextClaim(message.getPool(), lease(message.getLease()));
  }

  static dev.stele.proto.log.v1.TakeOverClaim message(TakeOverClaim takeOver) {
    return dev.stele.proto.log.v1.TakeOverClaim.newBuilder()
        .setKey(CommandWriter.bytes(takeOver.key().bytes()))
        .setEpoch(takeOver.epoch())
        .setLease(CommandWriter.lease(takeOver.lease()))
        .build();
  }

  static TakeOverClaim takeOver(dev.stele.proto.log.v1.TakeOverClaim message) {
    known(message, "a field of take_over_claim");
    return new TakeOverClaim(key(message.getKey()), message.getEpoch(), lease(message.getLease()));
  }

  static dev.stele.proto.log.v1.DrainClaim message(DrainClaim drain) {
    dev.stele.proto.log.v1.DrainClaim.Builder message =
        dev.stele.proto.log.v1.DrainClaim.newBuilder()
            .setKey(CommandWriter.bytes(drain.key().bytes()))
            .setDeadlineMillis(drain.deadlineMillis());
    drain.epoch().ifPresent(message::setEpoch);
    return message.build();
  }

  static DrainClaim drain(dev.stele.proto.log.v1.DrainClaim message) {
    known(message, "a field of drain_claim");
    return new DrainClaim(
        key(message.getKey()),
        message.hasEpoch() ? OptionalLong.of(message.getEpoch()) : OptionalLong.empty(),
        message.getDeadlineMillis());
  }

  static dev.stele.proto.log.v1.ReleaseClaim message(ReleaseClaim release) {
    return dev.stele.proto.log.v1.ReleaseClaim.newBuilder()
        .setKey(CommandWriter.bytes(release.key().bytes()))
        .setEpoch(release.epoch())
        .setLease(CommandWriter.lease(release.lease()))
        .setRetire(release.retire())
        .build();
  }

  static ReleaseClaim release(dev.stele.proto.log.v1.ReleaseClaim message) {
    known(message, "a field of release_claim");
    return new ReleaseClaim(
        key(message.getKey()), message.getEpoch(), lease(message.getLease()), message.getRetire());
  }

  static dev.stele.proto.log.v1.EndDrain message(EndDrain end) {
    return dev.stele.proto.log.v1.EndDrain.newBuilder()
        .setTerm(end.term())
        .setKey(CommandWriter.bytes(end.key().bytes()))
        .setRevision(end.revision())
        .build();
  }

  static EndDrain endDrain(dev.stele.proto.log.v1.EndDrain message) {
    known(message, "a field of end_drain");
    return new EndDrain(message.getTerm(), key(message.getKey()), message.getRevision());
  }
}
