// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** What waits becomes one entry. Thread-safe; nothing blocks. */
final class RatisBatches {
  /** Entries under way at once. */
  static final int UNDER_WAY = 2;

  /** Values in an entry, at most. */
  static final int VALUES = 1_024;

  private static final byte[] NOTHING = {};

  private final RaftServer raft;
  private final RaftGroupId group;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Queue<Put> waiting = new ConcurrentLinkedQueue<>();

  RatisBatches(RaftServer raft, RaftGroupId group) {
    this.raft = raft;
    this.group = group;
  }

  private static final class Put {
    final byte[] value;
    final StreamObserver<byte[]> answer;

    Put(byte[] value, StreamObserver<byte[]> answer) {
      this.value = value;
      this.answer = answer;
    }
  }

  void leads(byte[] nothing, StreamObserver<byte[]> answer) {
    try {
      answer.onNext(raft.getDivision(group).getInfo().isLeaderReady() ? Wire.YES : Wire.NO);
      answer.onCompleted();
    } catch (IOException e) {
      answer.onError(Status.UNAVAILABLE.withCause(e).asRuntimeException());
    }
  }

  void put(byte[] value, StreamObserver<byte[]> answer) {
    waiting.add(new Put(value, answer));
    send();
  }

  private void send() {
    while (!waiting.isEmpty()) {
      int now = underWay.get();
      if (now >= UNDER_WAY) {
        return;
      }
      if (underWay.compareAndSet(now, now + 1)) {
        sendOne();
      }
    }
  }

  private void sendOne() {
    List<Put> batch = new ArrayList<>();
    ByteString.Output values = ByteString.newOutput();
    for (Put put = waiting.poll(); put != null; put = waiting.poll()) {
      batch.add(put);
      values.write(put.value, 0, put.value.length);
      if (batch.size() == VALUES) {
        break;
      }
    }
    if (batch.isEmpty()) {
      underWay.decrementAndGet();
      return;
    }
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(raft.getId())
            .setGroupId(group)
            .setCallId(calls.incrementAndGet())
            .setMessage(Message.valueOf(values.toByteString()))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      CompletableFuture<?> unused =
          raft.submitClientRequestAsync(request)
              .whenComplete((reply, failure) -> answered(batch, reply, failure));
    } catch (IOException e) {
      answered(batch, null, e);
    }
  }

  private void answered(
      List<Put> batch, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
    underWay.decrementAndGet();
    // Before the answers: the next entry must not wait for them.
    send();
    boolean committed = reply != null && reply.isSuccess();
    for (Put put : batch) {
      if (committed) {
        put.answer.onNext(NOTHING);
        put.answer.onCompleted();
      } else {
        Throwable cause = failure != null || reply == null ? failure : reply.getException();
        put.answer.onError(Status.UNAVAILABLE.withCause(cause).asRuntimeException());
      }
    }
  }
}
