// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Begins a life of a member, in one revision: the lease {@code member/<name>} is acquired anew,
 * also when a former life still holds it; all else that was bound to that follows its policy as
 * with a lost lease; the member and its endpoints are written, bound to the new holding.
 *
 * <p>FENCED when the incarnation goes back, or is that of a life whose lease is held: the caller
 * has been replaced. LEASE_HELD when somebody who is not this member holds a lease of that name.
 * ALREADY_EXISTS when the key of one of the endpoints stands and is not this member's.
 *
 * @param name without the kind; it is the lease's holder too, and as long as one may be
 * @param member not LOST; incarnation 0: this registration's revision
 * @param ttlMillis of the lease
 * @param endpoints at most {@link Limits#REGISTRATION_MAX_ENDPOINTS} facts of kind {@link
 *     KindNames#ENDPOINT}
 */
public record RegisterMember(
    String name, MemberRecord member, long ttlMillis, List<Endpoint> endpoints) implements Command {
  private static final String INCARNATION = "member.incarnation";

  public RegisterMember {
    endpoints = List.copyOf(endpoints);
  }

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal = fieldRefusal().or(() -> standingRefusal(view));
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Draft draft = new Draft(view);
    LeaseRef lease = acquire(draft);
    MemberRecord life = member.withIncarnation(incarnation(lease.token()));
    Optional<Refusal> unwritten = write(draft, lease, life);
    return unwritten.isPresent()
        ? Outcome.refused(unwritten.get(), view.meta())
        : draft.done(new Registered(lease.token(), life.incarnation()));
  }

  private String leaseName() {
    return Members.leaseName(name);
  }

  private LeaseRecord lease() {
    return new LeaseRecord(name, ttlMillis, Bytes.EMPTY);
  }

  private long incarnation(long revision) {
    return member.incarnation() == 0 ? revision : member.incarnation();
  }

  private Optional<Refusal> fieldRefusal() {
    return Key.violation(Bytes.utf8(KindNames.MEMBER + "/" + name))
        .or(() -> LeaseRecord.nameViolation(leaseName()))
        .or(() -> LeaseRecord.holderViolation(name))
        .map(wrong -> invalid("name", wrong))
        .or(() -> lease().violation().map(wrong -> invalid(wrong.field(), wrong.message())))
        .or(this::memberRefusal)
        .or(this::endpointRefusal);
  }

  private Optional<Refusal> memberRefusal() {
    int addressBytes = Bytes.utf8(member.address()).length();
    if (addressBytes < 1 || addressBytes > Limits.ADDRESS_MAX_BYTES) {
      return Optional.of(
          invalid(
              "member.address",
              "has %d bytes, 1 to %d are allowed"
                  .formatted(addressBytes, Limits.ADDRESS_MAX_BYTES)));
    }
    return member.health() == MemberRecord.Health.LOST
        ? Optional.of(invalid("member.health", "is LOST, which is no way to begin"))
        : Optional.empty();
  }

  private Optional<Refusal> endpointRefusal() {
    if (endpoints.size() > Limits.REGISTRATION_MAX_ENDPOINTS) {
      return Optional.of(
          invalid(
              "endpoints",
              "are %d, at most %d are allowed"
                  .formatted(endpoints.size(), Limits.REGISTRATION_MAX_ENDPOINTS)));
    }
    for (int i = 0; i < endpoints.size(); i++) {
      if (!endpoints.get(i).key().kind().equals(KindNames.ENDPOINT)) {
        return Optional.of(invalid("endpoints[" + i + "]", "is of another kind"));
      }
    }
    return Optional.empty();
  }

  private static Refusal invalid(String field, String message) {
    return Refusal.of(Reason.INVALID_FIELD, field, field + " " + message);
  }

  private Optional<Refusal> standingRefusal(View view) {
    Optional<Fact> held = view.fact(Leases.key(leaseName()));
    Optional<Refusal> refusal = incarnationRefusal(view, held.isPresent());
    if (refusal.isPresent()) {
      return refusal;
    }
    if (held.isEmpty()) {
      return AcquireLease.limitRefusal(view, "name");
    }
    return Leases.record(held.get()).holder().equals(name)
        ? Optional.empty()
        : Optional.of(AcquireLease.heldRefusal(leaseName(), held.get(), "name"));
  }

  private Optional<Refusal> incarnationRefusal(View view, boolean held) {
    Optional<MemberRecord> before = view.fact(Members.key(name)).map(Members::record);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    long standing = before.get().incarnation();
    long next = incarnation(view.meta().revision() + 1);
    if (next < standing || (next == standing && held)) {
      String message =
          "incarnation %d of member %s is over: it stands at %d%s"
              .formatted(next, name, standing, next == standing ? ", and is held" : "");
      return Optional.of(Refusal.of(Reason.FENCED, INCARNATION, message));
    }
    return Optional.empty();
  }

  /**
   * Acquires the lease, and lets all that the former life left go, but for what is written anew.
   */
  private LeaseRef acquire(Draft draft) {
    draft.set(Leases.key(leaseName()), LeaseRecordCodec.encode(lease()), Optional.empty());
    Set<Key> own = new TreeSet<>();
    own.add(Members.key(name));
    endpoints.forEach(endpoint -> own.add(endpoint.key()));
    LeaseEnd.followAll(draft, leaseName(), own::contains);
    draft.setSide(
        leaseName(), draft.view().leaseSide(leaseName()).withCheckpoint(OptionalLong.empty()));
    return new LeaseRef(leaseName(), draft.revisionAfter());
  }

  private Optional<Refusal> write(Draft draft, LeaseRef lease, MemberRecord life) {
    Bytes body = MemberCodec.encode(life);
    Optional<Refusal> refusal = draft.put(Members.key(name), body, Optional.of(lease), "member.");
    for (int i = 0; i < endpoints.size() && refusal.isEmpty(); i++) {
      Endpoint endpoint = endpoints.get(i);
      String field = "endpoints[" + i + "]";
      refusal = takenRefusal(draft.view(), endpoint.key(), field);
      if (refusal.isEmpty()) {
        refusal = draft.put(endpoint.key(), endpoint.body(), Optional.of(lease), field + ".");
      }
    }
    return refusal;
  }

  private Optional<Refusal> takenRefusal(View view, Key key, String field) {
    Optional<Fact> standing = view.fact(key);
    boolean own =
        standing.isEmpty()
            || standing.get().lease().filter(of -> of.name().equals(leaseName())).isPresent();
    return own
        ? Optional.empty()
        : Optional.of(
            Refusal.at(
                Reason.ALREADY_EXISTS,
                field,
                key + " stands, and is not of member " + name,
                standing.get().modRevision()));
  }

  @Override
  public long sizeBytes() {
    long bytes = (long) name.length() + MemberCodec.encode(member).length() + Long.BYTES;
    for (Endpoint endpoint : endpoints) {
      bytes += endpoint.key().bytes().length() + endpoint.body().length();
    }
    return bytes;
  }

  /** Where a service is reached at the member: a fact to be written. */
  public record Endpoint(Key key, Bytes body) {}

  /** Here from now on, under {@code token}, which is the revision. */
  public record Registered(long token, long incarnation) implements Result {}
}
