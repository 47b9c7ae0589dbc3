// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.read.FactPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Results of writes as bytes, to be kept for a retry. They are replicated state: the same result
 * becomes the same bytes at every replica.
 */
final class ReplyCodec {
  private static final int VERSION = 1;
  private static final int REFUSAL = 1;
  private static final int WRITTEN = 2;
  private static final int DELETED = 3;
  private static final int RAN = 4;
  private static final int COMPACTED = 5;
  private static final int ACQUIRED = 6;
  private static final int HANDED_OVER = 7;
  private static final int LEASE_ENDED = 8;
  private static final int REGISTERED = 9;
  private static final int UPDATED = 10;
  private static final int CLAIM_OWNED = 11;
  private static final int CLAIM_CHANGED = 12;
  private static final int PUT_DONE = 1;
  private static final int DELETE_DONE = 2;
  private static final int GOT_NOTHING = 3;
  private static final int GOT = 4;
  private static final int LISTED = 5;

  private ReplyCodec() {}

  static Bytes encode(Result result) {
    Output out = new Output(result instanceof Put.Written written ? bytes(written) : 64);
    out.putByte(VERSION);
    if (result instanceof Put.Written written) {
      out.putByte(WRITTEN);
      out.putVarint(written.revision());
      out.putVarint(written.createRevision());
      out.putVarint(written.version());
    } else if (result instanceof Delete.Deleted deleted) {
      out.putByte(DELETED);
      out.putVarint(deleted.revision());
      out.putVarint(deleted.count());
    } else if (result instanceof Compact.Compacted compacted) {
      out.putByte(COMPACTED);
      out.putVarint(compacted.floor());
    } else if (result instanceof AcquireLease.Acquired acquired) {
      out.putByte(ACQUIRED);
      out.putVarint(acquired.token());
    } else if (result instanceof HandOverLease.HandedOver handedOver) {
      out.putByte(HANDED_OVER);
      out.putVarint(handedOver.token());
    } else if (result instanceof LeaseEnded ended) {
      out.putByte(LEASE_ENDED);
      out.putVarint(ended.revision());
    } else if (result instanceof RegisterMember.Registered registered) {
      out.putByte(REGISTERED);
      out.putVarint(registered.token());
      out.putVarint(registered.incarnation());
    } else if (result instanceof UpdateMember.Updated updated) {
      out.putByte(UPDATED);
      out.putVarint(updated.revision());
    } else if (result instanceof ClaimOwned owned) {
      out.putByte(CLAIM_OWNED);
      write(owned, out);
    } else if (result instanceof ClaimChanged changed) {
      out.putByte(CLAIM_CHANGED);
      out.putVarint(changed.revision());
    } else if (result instanceof Refusal refusal) {
      out.putByte(REFUSAL);
      write(refusal, out);
    } else {
      out.putByte(RAN);
      write((Txn.Ran) result, out);
    }
    return Bytes.wrap(out.finish());
  }

  /** Of the encoding: a store's most frequent answers need no larger array and no copy. */
  private static int bytes(Put.Written written) {
    return 2
        + Output.varintBytes(written.revision())
        + Output.varintBytes(written.createRevision())
        + Output.varintBytes(written.version());
  }

  /** What {@link #encode} was given. */
  static Result decode(Bytes reply) {
    try {
      Input in = new Input(reply.unsafeArray());
      int version = in.readByte();
      if (version != VERSION) {
        throw new MalformedException("its version is " + version);
      }
      Result result = read(in);
      in.requireEnd();
      return result;
    } catch (MalformedException e) {
      throw new IllegalStateException("a stored reply can't be read", e);
    }
  }

  private static Result read(Input in) throws MalformedException {
    int type = in.readByte();
    return switch (type) {
      case WRITTEN -> new Put.Written(in.readVarint(), in.readVarint(), in.readVarint());
      case DELETED -> new Delete.Deleted(in.readVarint(), in.readVarint());
      case REFUSAL -> readRefusal(in);
      case RAN -> readRan(in);
      case COMPACTED -> new Compact.Compacted(in.readVarint());
      case ACQUIRED -> new AcquireLease.Acquired(in.readVarint());
      case HANDED_OVER -> new HandOverLease.HandedOver(in.readVarint());
      case LEASE_ENDED -> new LeaseEnded(in.readVarint());
      case REGISTERED -> new RegisterMember.Registered(in.readVarint(), in.readVarint());
      case UPDATED -> new UpdateMember.Updated(in.readVarint());
      case CLAIM_OWNED -> readOwned(in);
      case CLAIM_CHANGED -> new ClaimChanged(in.readVarint());
      default -> throw new MalformedException("type " + type + " is not known");
    };
  }

  private static void write(ClaimOwned owned, Output out) {
    out.putSized(owned.key().bytes().unsafeArray());
    out.putText(owned.owner());
    out.putVarint(owned.epoch());
    out.putVarint(owned.revision());
  }

  private static ClaimOwned readOwned(Input in) throws MalformedException {
    return new ClaimOwned(
        Key.trusted(in.readSized()), in.readText(), in.readVarint(), in.readVarint());
  }

  private static void write(Refusal refusal, Output out) {
    out.putText(refusal.reason().name());
    out.putText(refusal.field());
    out.putText(refusal.message());
    out.putVarint(refusal.details().size());
    for (Map.Entry<String, String> detail : refusal.details().entrySet()) {
      out.putText(detail.getKey());
      out.putText(detail.getValue());
    }
  }

  private static Refusal readRefusal(Input in) throws MalformedException {
    Reason reason = Reason.valueOf(in.readText());
    String field = in.readText();
    String message = in.readText();
    SortedMap<String, String> details = new TreeMap<>();
    for (int left = in.readSize(); left > 0; left--) {
      details.put(in.readText(), in.readText());
    }
    return new Refusal(reason, field, message, details);
  }

  private static void write(Txn.Ran ran, Output out) {
    out.putVarint(ran.revision());
    out.putByte(ran.succeeded() ? 1 : 0);
    out.putVarint(ran.answers().size());
    for (Operation.Answer answer : ran.answers()) {
      write(answer, out);
    }
  }

  private static Txn.Ran readRan(Input in) throws MalformedException {
    long revision = in.readVarint();
    boolean succeeded = in.readByte() != 0;
    List<Operation.Answer> answers = new ArrayList<>();
    for (int left = in.readSize(); left > 0; left--) {
      answers.add(readAnswer(in));
    }
    return new Txn.Ran(revision, succeeded, List.copyOf(answers));
  }

  private static void write(Operation.Answer answer, Output out) {
    if (answer instanceof Operation.PutDone) {
      out.putByte(PUT_DONE);
    } else if (answer instanceof Operation.DeleteDone done) {
      out.putByte(DELETE_DONE);
      out.putVarint(done.count());
    } else if (answer instanceof Operation.Got got) {
      out.putByte(got.fact().isPresent() ? GOT : GOT_NOTHING);
      got.fact().ifPresent(fact -> write(fact, out));
    } else {
      FactPage page = ((Operation.Listed) answer).page();
      out.putByte(LISTED);
      out.putByte(page.more() ? 1 : 0);
      out.putVarint(page.bytes());
      out.putVarint(page.facts().size());
      page.facts().forEach(fact -> write(fact, out));
    }
  }

  private static Operation.Answer readAnswer(Input in) throws MalformedException {
    int type = in.readByte();
    return switch (type) {
      case PUT_DONE -> new Operation.PutDone();
      case DELETE_DONE -> new Operation.DeleteDone(in.readVarint());
      case GOT_NOTHING -> new Operation.Got(Optional.empty());
      case GOT -> new Operation.Got(Optional.of(readFact(in)));
      case LISTED -> readListed(in);
      default -> throw new MalformedException("answer " + type + " is not known");
    };
  }

  private static Operation.Listed readListed(Input in) throws MalformedException {
    boolean more = in.readByte() != 0;
    long bytes = in.readVarint();
    List<Fact> facts = new ArrayList<>();
    for (int left = in.readSize(); left > 0; left--) {
      facts.add(readFact(in));
    }
    return new Operation.Listed(new FactPage(List.copyOf(facts), more, bytes));
  }

  private static void write(Fact fact, Output out) {
    out.putSized(fact.key().bytes().unsafeArray());
    out.putSized(fact.body().unsafeArray());
    out.putVarint(fact.createRevision());
    out.putVarint(fact.modified().revision());
    out.putVarint(fact.modified().index());
    out.putVarint(fact.version());
    out.putText(fact.lease().map(LeaseRef::name).orElse(""));
    out.putVarint(fact.lease().map(LeaseRef::token).orElse(0L));
  }

  private static Fact readFact(Input in) throws MalformedException {
    Key key = Key.trusted(in.readSized());
    Bytes body = in.readSized();
    long createRevision = in.readVarint();
    Position modified = new Position(in.readVarint(), in.readSize());
    long version = in.readVarint();
    String lease = in.readText();
    long token = in.readVarint();
    return new Fact(
        key,
        body,
        createRevision,
        modified,
        version,
        lease.isEmpty() ? Optional.empty() : Optional.of(new LeaseRef(lease, token)));
  }
}
