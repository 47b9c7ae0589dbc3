// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import static dev.stele.server.consensus.entry.CommandReader.bytes;
import static dev.stele.server.consensus.entry.CommandReader.key;
import static dev.stele.server.consensus.entry.CommandReader.known;
import static dev.stele.server.consensus.entry.CommandReader.lease;

import com.google.protobuf.ByteString;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.DeregisterMember;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The commands of members to messages of the log and back. */
final class MemberCommands {
  private MemberCommands() {}

  /** Puts {@code command} into {@code message}; false when it is none of these. */
  static boolean write(Command command, dev.stele.proto.log.v1.Command.Builder message) {
    if (command instanceof RegisterMember register) {
      message.setRegisterMember(message(register));
    } else if (command instanceof UpdateMember update) {
      message.setUpdateMember(message(update));
    } else if (command instanceof DeregisterMember deregister) {
      message.setDeregisterMember(message(deregister));
    } else {
      return false;
    }
    return true;
  }

  static dev.stele.proto.log.v1.RegisterMember message(RegisterMember register) {
    dev.stele.proto.log.v1.RegisterMember.Builder message =
        dev.stele.proto.log.v1.RegisterMember.newBuilder()
            .setName(register.name())
            .setMember(CommandWriter.bytes(MemberCodec.encode(register.member())))
            .setTtlMillis(register.ttlMillis());
    for (RegisterMember.Endpoint endpoint : register.endpoints()) {
      message.addEndpoints(
          dev.stele.proto.log.v1.RegisterMember.Endpoint.newBuilder()
              .setKey(CommandWriter.bytes(endpoint.key().bytes()))
              .setBody(CommandWriter.bytes(endpoint.body())));
    }
    return message.build();
  }

  static RegisterMember register(dev.stele.proto.log.v1.RegisterMember message) {
    known(message, "a field of register_member");
    List<RegisterMember.Endpoint> endpoints = new ArrayList<>();
    for (dev.stele.proto.log.v1.RegisterMember.Endpoint endpoint : message.getEndpointsList()) {
      known(endpoint, "a field of an endpoint");
      endpoints.add(new RegisterMember.Endpoint(key(endpoint.getKey()), bytes(endpoint.getBody())));
    }
    return new RegisterMember(
        message.getName(), member(message.getMember()), message.getTtlMillis(), endpoints);
  }

  private static MemberRecord member(ByteString body) {
    try {
      return MemberCodec.decode(bytes(body));
    } catch (MalformedException e) {
      throw new CorruptEntryException("the member of a registration can't be read", e);
    }
  }

  static dev.stele.proto.log.v1.UpdateMember message(UpdateMember update) {
    dev.stele.proto.log.v1.UpdateMember.Builder message =
        dev.stele.proto.log.v1.UpdateMember.newBuilder()
            .setLease(CommandWriter.lease(update.lease()));
    update.health().ifPresent(health -> message.setHealth(health.number()));
    update
        .capacity()
        .ifPresent(
            capacity ->
                message
                    .getCapacityBuilder()
                    .addAllNames(capacity.keySet())
                    .addAllValues(capacity.values()));
    update
        .labels()
        .ifPresent(
            labels ->
                message
                    .getLabelsBuilder()
                    .addAllNames(labels.keySet())
                    .addAllValues(labels.values()));
    return message.build();
  }

  static UpdateMember update(dev.stele.proto.log.v1.UpdateMember message) {
    known(message, "a field of update_member");
    known(message.getCapacity(), "a field of a capacity");
    known(message.getLabels(), "a field of labels");
    return new UpdateMember(
        lease(message.getLease()),
        message.hasHealth() ? Optional.of(health(message.getHealth())) : Optional.empty(),
        message.hasCapacity()
            ? Optional.of(
                map(message.getCapacity().getNamesList(), message.getCapacity().getValuesList()))
            : Optional.empty(),
        message.hasLabels()
            ? Optional.of(
                map(message.getLabels().getNamesList(), message.getLabels().getValuesList()))
            : Optional.empty());
  }

  private static MemberRecord.Health health(int number) {
    return MemberRecord.Health.of(number)
        .orElseThrow(() -> new NewerEntryException("health " + number));
  }

  private static <T> SortedMap<String, T> map(List<String> names, List<T> values) {
    if (names.size() != values.size()) {
      throw new CorruptEntryException(
          "%d names have %d values".formatted(names.size(), values.size()));
    }
    SortedMap<String, T> map = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      map.put(names.get(i), values.get(i));
    }
    return map;
  }

  static dev.stele.proto.log.v1.DeregisterMember message(DeregisterMember deregister) {
    return dev.stele.proto.log.v1.DeregisterMember.newBuilder()
        .setLease(CommandWriter.lease(deregister.lease()))
        .build();
  }

  static DeregisterMember deregister(dev.stele.proto.log.v1.DeregisterMember message) {
    known(message, "a field of deregister_member");
    return new DeregisterMember(lease(message.getLease()));
  }
}
