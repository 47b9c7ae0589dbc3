// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command does to kinds, in its order.
 *
 * @param always whichever branch runs
 * @param then only if the compares hold
 * @param orElse only if not
 */
record Steps(List<Step> always, List<Step> then, List<Step> orElse) {
  /** The steps of {@code command}; commands of the store itself have none. */
  static Steps of(Command command) {
    if (command instanceof Once once) {
      return of(once.write());
    }
    if (command instanceof Put put) {
      return only(new Step.PutStep(put.key(), put.body(), ""));
    }
    if (command instanceof Delete delete) {
      return only(new Step.DeleteStep(kindOf(delete.range().from()), "target"));
    }
    if (command instanceof Txn txn) {
      return new Steps(
          compares(txn.compares()), branch(txn.then(), "then"), branch(txn.orElse(), "else"));
    }
    if (command instanceof RegisterMember registration) {
      return new Steps(puts(registration), List.of(), List.of());
    }
    return new Steps(List.of(), List.of(), List.of());
  }

  private static List<Step> puts(RegisterMember registration) {
    List<Step> steps = new ArrayList<>(1 + registration.endpoints().size());
    Key member = Members.key(registration.name());
    steps.add(new Step.PutStep(member, MemberCodec.encode(registration.member()), "member."));
    for (int i = 0; i < registration.endpoints().size(); i++) {
      RegisterMember.Endpoint endpoint = registration.endpoints().get(i);
      steps.add(new Step.PutStep(endpoint.key(), endpoint.body(), "endpoints[" + i + "]."));
    }
    return steps;
  }

  private static Steps only(Step step) {
    return new Steps(List.of(step), List.of(), List.of());
  }

  private static List<Step> compares(List<Compare> compares) {
    List<Step> steps = new ArrayList<>(compares.size());
    for (int i = 0; i < compares.size(); i++) {
      steps.add(new Step.ReadStep(compares.get(i).key().kind(), "compares[" + i + "].key"));
    }
    return steps;
  }

  private static List<Step> branch(List<Operation> operations, String name) {
    List<Step> steps = new ArrayList<>(operations.size());
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      String field = name + "[" + i + "].";
      if (operation instanceof Operation.PutFact put) {
        steps.add(new Step.PutStep(put.key(), put.body(), field + "put."));
      } else if (operation instanceof Operation.DeleteFacts delete) {
        steps.add(new Step.DeleteStep(kindOf(delete.range().from()), field + "delete.target"));
      } else if (operation instanceof Operation.GetFact get) {
        steps.add(new Step.ReadStep(get.key().kind(), field + "get.key"));
      }
    }
    return steps;
  }

  /** A delete stays inside one kind, or the core refuses it. */
  private static String kindOf(Bytes from) {
    return from.indexOf((byte) '/') > 0 ? Key.trusted(from).kind() : "";
  }
}
