// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.hash.Fingerprint;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import java.util.List;
import java.util.Optional;

/**
 * Tells a retry from another write under the same sequence. It is stored with the answer, so what
 * goes into it and in which order is part of the command's version.
 */
final class WriteFingerprint {
  private static final int PUT = 101;
  private static final int DELETE = 102;
  private static final int TXN = 103;
  private static final int COMPACT = 104;
  private static final int ACQUIRE = 105;
  private static final int RELEASE = 106;
  private static final int HAND_OVER = 107;
  private static final int REGISTER = 108;
  private static final int UPDATE = 109;
  private static final int DEREGISTER = 110;
  private static final int NEXT_CLAIM = 111;
  private static final int TAKE_OVER = 112;
  private static final int DRAIN = 113;
  private static final int RELEASE_CLAIM = 114;

  private WriteFingerprint() {}

  static long of(Command write) {
    if (write instanceof Put put) {
      return of(put);
    }
    if (write instanceof Delete delete) {
      return of(delete);
    }
    if (write instanceof Compact compact) {
      return Fingerprint.of(COMPACT).add(compact.revision()).value();
    }
    if (write instanceof AcquireLease acquire) {
      return of(acquire);
    }
    if (write instanceof ReleaseLease release) {
      return of(RELEASE, release.lease()).value();
    }
    if (write instanceof HandOverLease handOver) {
      return of(HAND_OVER, handOver.lease()).add(handOver.to()).value();
    }
    return write instanceof Txn txn ? of(txn) : ofWhoAndWhat(write);
  }

  /** Of what is done to members and claims. */
  private static long ofWhoAndWhat(Command write) {
    if (write instanceof RegisterMember register) {
      return of(register);
    }
    if (write instanceof UpdateMember update) {
      return of(update);
    }
    if (write instanceof DeregisterMember deregister) {
      return of(DEREGISTER, deregister.lease()).value();
    }
    if (write instanceof NextClaim next) {
      return of(NEXT_CLAIM, next.lease()).add(next.pool()).value();
    }
    if (write instanceof TakeOverClaim takeOver) {
      return of(TAKE_OVER, takeOver.lease())
          .add(takeOver.key().bytes().unsafeArray())
          .add(takeOver.epoch())
          .value();
    }
    if (write instanceof DrainClaim drain) {
      return Fingerprint.of(DRAIN)
          .add(drain.key().bytes().unsafeArray())
          .add(drain.epoch().isPresent())
          .add(drain.epoch().orElse(0))
          .add(drain.deadlineMillis())
          .value();
    }
    ReleaseClaim release = (ReleaseClaim) write;
    return of(RELEASE_CLAIM, release.lease())
        .add(release.key().bytes().unsafeArray())
        .add(release.epoch())
        .add(release.retire())
        .value();
  }

  private static Fingerprint of(int type, LeaseRef lease) {
    Fingerprint print = Fingerprint.of(type);
    lease.addTo(print);
    return print;
  }

  private static long of(RegisterMember register) {
    Fingerprint print =
        Fingerprint.of(REGISTER)
            .add(register.name())
            .add(MemberCodec.encode(register.member()).unsafeArray())
            .add(register.ttlMillis())
            .add(register.endpoints().size());
    for (RegisterMember.Endpoint endpoint : register.endpoints()) {
      print.add(endpoint.key().bytes().unsafeArray()).add(endpoint.body().unsafeArray());
    }
    return print.value();
  }

  private static long of(UpdateMember update) {
    Fingerprint print = of(UPDATE, update.lease());
    print.add(update.health().map(MemberRecord.Health::number).orElse(-1));
    print.add(update.capacity().isPresent());
    update.capacity().ifPresent(capacity -> capacity.forEach((k, v) -> print.add(k).add(v)));
    print.add(update.labels().isPresent());
    update.labels().ifPresent(labels -> labels.forEach((k, v) -> print.add(k).add(v)));
    return print.value();
  }

  private static long of(AcquireLease acquire) {
    return Fingerprint.of(ACQUIRE)
        .add(acquire.name())
        .add(acquire.holder())
        .add(acquire.ttlMillis())
        .add(acquire.metadata().unsafeArray())
        .value();
  }

  private static long of(Put put) {
    Fingerprint print = Fingerprint.of(PUT).add(put.key().bytes().unsafeArray());
    print.add(put.body().unsafeArray());
    if (put.expect() instanceof Expect.AtRevision at) {
      print.add(1).add(at.revision());
    } else {
      print.add(put.expect() instanceof Expect.Absent ? 2 : 0);
    }
    lease(print, put.lease());
    leases(print, put.guards());
    return print.value();
  }

  private static long of(Delete delete) {
    Fingerprint print = Fingerprint.of(DELETE);
    range(print, delete.range());
    print.add(delete.ifRevision().orElse(0));
    leases(print, delete.guards());
    return print.value();
  }

  private static long of(Txn txn) {
    Fingerprint print = Fingerprint.of(TXN).add(txn.compares().size());
    txn.compares().forEach(compare -> compare(print, compare));
    print.add(txn.then().size());
    txn.then().forEach(operation -> operation(print, operation));
    print.add(txn.orElse().size());
    txn.orElse().forEach(operation -> operation(print, operation));
    leases(print, txn.guards());
    return print.value();
  }

  private static void compare(Fingerprint print, Compare compare) {
    print.add(compare.key().bytes().unsafeArray());
    print.add(
        switch (compare.relation()) {
          case EQUAL -> 0;
          case NOT_EQUAL -> 1;
          case GREATER -> 2;
          case LESS -> 3;
        });
    Compare.Target target = compare.target();
    if (target instanceof Compare.Exists exists) {
      print.add(1).add(exists.exists());
    } else if (target instanceof Compare.CreateRevision create) {
      print.add(2).add(create.revision());
    } else if (target instanceof Compare.ModRevision mod) {
      print.add(3).add(mod.revision());
    } else if (target instanceof Compare.Version version) {
      print.add(4).add(version.version());
    } else if (target instanceof Compare.Body body) {
      print.add(5).add(body.body().unsafeArray());
    } else {
      print.add(6).add(((Compare.LeaseToken) target).token());
    }
  }

  private static void operation(Fingerprint print, Operation operation) {
    if (operation instanceof Operation.PutFact put) {
      print.add(1).add(put.key().bytes().unsafeArray()).add(put.body().unsafeArray());
      lease(print, put.lease());
    } else if (operation instanceof Operation.DeleteFacts delete) {
      print.add(2);
      range(print, delete.range());
    } else if (operation instanceof Operation.GetFact get) {
      print.add(3).add(get.key().bytes().unsafeArray());
    } else {
      Operation.ListFacts list = (Operation.ListFacts) operation;
      print.add(4);
      range(print, list.range());
      print.add(list.limit()).add(list.keysOnly());
    }
  }

  private static void range(Fingerprint print, KeyRange range) {
    print.add(range.from().unsafeArray()).add(range.to().isPresent());
    range.to().ifPresent(to -> print.add(to.unsafeArray()));
  }

  private static void lease(Fingerprint print, Optional<LeaseRef> lease) {
    print.add(lease.isPresent());
    if (lease.isPresent()) {
      lease.get().addTo(print);
    }
  }

  private static void leases(Fingerprint print, List<LeaseRef> leases) {
    print.add(leases.size());
    for (int i = 0; i < leases.size(); i++) {
      leases.get(i).addTo(print);
    }
  }
}
