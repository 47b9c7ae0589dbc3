// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.DeregisterMemberRequest;
import dev.stele.proto.v1.LabelMatch;
import dev.stele.proto.v1.ListMembersRequest;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.RegisterMemberRequest;
import dev.stele.proto.v1.RegisteredEndpoint;
import dev.stele.server.core.command.DeregisterMember;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What is asked of members. Methods throw {@link dev.stele.server.wire.error.RefusedException}. */
public final class MemberParser {
  /** Labels that one list may ask for. */
  public static final int LABEL_MATCHES_MAX = 16;

  private static final String PREFIX = KindNames.MEMBER + "/";

  private MemberParser() {}

  /**
   * A page of members.
   *
   * @param limit of those that match, at least 1
   */
  public record Listing(KeyRange range, Freshness freshness, int limit, Filter filter) {}

  /**
   * Which members are wanted.
   *
   * @param labels by name; empty: whatever the value
   * @param health empty: any
   */
  public record Filter(
      Map<String, List<Optional<String>>> labels, Set<MemberRecord.Health> health) {
    /** Whether every member matches. */
    public boolean isEmpty() {
      return labels.isEmpty() && health.isEmpty();
    }

    public boolean matches(MemberRecord member) {
      return (health.isEmpty() || health.contains(member.health()))
          && labels.entrySet().stream().allMatch(wanted -> matches(member, wanted));
    }

    private static boolean matches(
        MemberRecord member, Map.Entry<String, List<Optional<String>>> wanted) {
      String value = member.labels().get(wanted.getKey());
      return value != null
          && wanted.getValue().stream().allMatch(one -> one.isEmpty() || one.get().equals(value));
    }
  }

  public static RegisterMember register(RegisterMemberRequest request) {
    String name = name(request.getName());
    Member member = request.getMember();
    Bodies.checkKnown(member, "member");
    Addresses.require(member.getAddress(), "member.address");
    if (member.getHealth() == Member.Health.LOST) {
      throw invalid("member.health", "is LOST, which is no health to begin with");
    }
    new LeaseRecord(name, request.getTtlMillis(), Bytes.EMPTY)
        .violation()
        .ifPresent(
            wrong -> {
              throw invalid(wrong.field(), wrong.message());
            });
    return new RegisterMember(
        name, MemberBody.record(member), request.getTtlMillis(), endpoints(name, request));
  }

  /** A member's name is that of its lease, and of who holds it. */
  private static String name(String name) {
    LeaseRecord.nameViolation(Members.leaseName(name))
        .or(() -> LeaseRecord.holderViolation(name))
        .ifPresent(
            violation -> {
              throw invalid("name", violation);
            });
    return name;
  }

  private static List<RegisterMember.Endpoint> endpoints(
      String member, RegisterMemberRequest request) {
    int count = request.getEndpointsCount();
    if (count > Limits.REGISTRATION_MAX_ENDPOINTS) {
      throw invalid(
          "endpoints",
          "holds %d, at most %d are allowed".formatted(count, Limits.REGISTRATION_MAX_ENDPOINTS));
    }
    Map<Key, Integer> places = new TreeMap<>();
    List<RegisterMember.Endpoint> endpoints = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String field = "endpoints[" + i + "]";
      RegisterMember.Endpoint endpoint = endpoint(member, request.getEndpoints(i), field);
      Integer before = places.putIfAbsent(endpoint.key(), i);
      if (before != null) {
        throw invalid(field, "is %s, as endpoints[%d] is".formatted(endpoint.key(), before));
      }
      endpoints.add(endpoint);
    }
    return endpoints;
  }

  private static RegisterMember.Endpoint endpoint(
      String member, RegisteredEndpoint message, String field) {
    Bodies.checkKnown(message.getEndpoint(), field + ".endpoint");
    String service = KindNames.ENDPOINT + "/" + message.getEndpoint().getService();
    require(Bytes.utf8(service), field + ".endpoint.service");
    String instance = message.getInstance().isEmpty() ? member : message.getInstance();
    Bytes key = Bytes.utf8(service + "/" + instance);
    require(key, field + ".instance");
    EndpointBody.check(Key.trusted(key), message.getEndpoint(), field + ".endpoint");
    return new RegisterMember.Endpoint(
        Key.trusted(key), Fields.bytes(MemberBody.bytes(message.getEndpoint())));
  }

  private static void require(Bytes key, String field) {
    Key.violation(key)
        .ifPresent(
            violation -> {
              throw invalid(field, violation);
            });
  }

  public static DeregisterMember deregister(DeregisterMemberRequest request) {
    return new DeregisterMember(lease(request.hasLease(), request.getLease(), "lease"));
  }

  /** The lease of a member. */
  static LeaseRef lease(boolean present, dev.stele.proto.v1.LeaseRef ref, String field) {
    LeaseRef lease = Fields.heldLease(present, ref, field);
    if (!lease.name().startsWith(PREFIX)) {
      throw invalid(field + ".name", "is not that of a member's lease, " + PREFIX + "<name>");
    }
    return lease;
  }

  /** The members that are asked for. */
  public static Listing list(ListMembersRequest request) {
    ByteString prefix = ByteString.copyFromUtf8(PREFIX).concat(request.getPrefixBytes());
    KeyRange range = Targets.prefixToRead(prefix, "prefix");
    if (!request.getAfter().isEmpty()) {
      Bytes after = Bytes.utf8(PREFIX + request.getAfter());
      require(after, "after");
      range = range.after(Key.trusted(after));
    }
    return new Listing(
        range,
        ReadParser.freshness(request.getMode(), "mode"),
        Fields.limit(request.getLimit(), "limit"),
        new Filter(labels(request.getLabelsList()), health(request)));
  }

  private static Map<String, List<Optional<String>>> labels(List<LabelMatch> matches) {
    if (matches.size() > LABEL_MATCHES_MAX) {
      throw invalid(
          "labels",
          "holds %d, at most %d are allowed".formatted(matches.size(), LABEL_MATCHES_MAX));
    }
    Map<String, List<Optional<String>>> labels = new TreeMap<>();
    for (int i = 0; i < matches.size(); i++) {
      LabelMatch match = matches.get(i);
      if (match.getName().isEmpty()) {
        throw invalid("labels[" + i + "].name", "is not set");
      }
      labels
          .computeIfAbsent(match.getName(), name -> new ArrayList<>())
          .add(match.hasValue() ? Optional.of(match.getValue()) : Optional.empty());
    }
    return labels;
  }

  private static Set<MemberRecord.Health> health(ListMembersRequest request) {
    Set<MemberRecord.Health> wanted = EnumSet.noneOf(MemberRecord.Health.class);
    for (int i = 0; i < request.getHealthCount(); i++) {
      if (request.getHealth(i) == Member.Health.UNRECOGNIZED) {
        throw invalid(
            "health[" + i + "]", "is " + request.getHealthValue(i) + ", which is not known");
      }
      wanted.add(MemberBody.health(request.getHealth(i)));
    }
    return wanted;
  }
}
