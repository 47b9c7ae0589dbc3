// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.LeaseRef;
import dev.stele.client.MemberInfo;
import dev.stele.client.kind.Member;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Members for people and for programs. The names and the order of the latter are a contract. */
final class MemberView {
  private MemberView() {}

  static ObjectNode json(MemberInfo info) {
    Member member = info.member();
    ObjectNode node = Json.object().put("name", info.name()).put("address", member.address());
    node.set("incarnation", Json.unsigned(member.incarnation()));
    node.put("health", member.health().name());
    ObjectNode capacity = node.putObject("capacity");
    new TreeMap<>(member.capacity())
        .forEach((name, value) -> capacity.set(name, Json.unsigned(value)));
    ObjectNode labels = node.putObject("labels");
    new TreeMap<>(member.labels()).forEach(labels::put);
    node.put("revision", info.modRevision());
    info.lease().ifPresent(lease -> node.set("lease", json(lease)));
    return node;
  }

  static ObjectNode json(LeaseRef lease) {
    return Json.object().put("name", lease.name()).put("token", lease.token());
  }

  static void addTo(ArrayNode list, List<MemberInfo> members) {
    members.forEach(member -> list.add(json(member)));
  }

  static String table(List<MemberInfo> members) {
    Table table =
        new Table(
            "NAME", "ADDRESS", "HEALTH", "INCARNATION", "TOKEN", "REVISION", "CAPACITY", "LABELS");
    for (MemberInfo info : members) {
      Member member = info.member();
      table.row(
          info.name(),
          member.address(),
          health(member),
          Long.toUnsignedString(member.incarnation()),
          info.lease().map(lease -> String.valueOf(lease.token())).orElse("-"),
          info.modRevision(),
          pairs(member.capacity(), Long::toUnsignedString),
          pairs(member.labels(), Function.identity()));
    }
    return table.text();
  }

  static String health(Member member) {
    return member.health().name().toLowerCase(Locale.ROOT);
  }

  /** {@code a=1,b=2} in the order of names, or a dash. */
  static <T> String pairs(Map<String, T> map, Function<T, String> text) {
    return map.isEmpty()
        ? "-"
        : new TreeMap<>(map)
            .entrySet().stream()
                .map(entry -> entry.getKey() + "=" + text.apply(entry.getValue()))
                .collect(Collectors.joining(","));
  }
}
