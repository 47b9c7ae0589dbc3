// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.flood;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.stele.client.kind.ConfigDocument;
import dev.stele.client.kind.Kinds;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Rude clients, in a process of their own: each has one large write under way, and sends the next
 * one at once, whatever it was told. Beside them some that never take replies, some that send and
 * never read, and some that never finish a request.
 *
 * <p>Prints one JSON object: how often each outcome came, the retry delays, and the number that was
 * last acknowledged under each key.
 */
public final class Flood {
  /** Fits into the limit of its kind, with what is around the document. */
  static final int FITTING_BYTES = 15_000;

  private static final int TOO_LARGE_BYTES = 64 << 10;
  private static final int FAR_TOO_LARGE_BYTES = 250 << 10;
  private static final int DEADLINE_SECONDS = 10;
  private static final String PREFIX = "config/flood/";
  private static final int RAW_SOCKETS = 6;
  private static final int HALF_CALLS = 200;
  private static final int HALF_CALL_BYTES = 16 << 10;

  private final List<String> endpoints;
  private final int clients;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<ManagedChannel> slow = new ArrayList<>();
  private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
  private final Map<Long, LongAdder> delaysMillis = new ConcurrentHashMap<>();
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private volatile boolean ended;

  private Flood(List<String> endpoints, int clients, int connections) {
    this.endpoints = endpoints;
    this.clients = clients;
    for (int i = 0; i < connections; i++) {
      channels.add(channel(endpoint(i)).build());
    }
  }

  /** Arguments: endpoints, clients, connections, seconds. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Flood flood =
        new Flood(
            List.of(arguments[0].split(",", -1)),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]));
    flood.run(Integer.parseInt(arguments[3]));
  }

  private void run(int seconds) throws IOException, InterruptedException {
    for (int i = 0; i < clients; i++) {
      put(i, 0);
    }
    for (int i = 0; i < Math.max(10, clients / 50); i++) {
      ManagedChannel channel = channel(endpoint(i)).flowControlWindow(1).build();
      slow.add(channel);
      leaveAReply(channel);
    }
    for (int i = 0; i < RAW_SOCKETS; i++) {
      String endpoint = endpoint(i);
      boolean mute = i < RAW_SOCKETS / 2;
      Thread thread = new Thread(() -> raw(endpoint, mute), "flood-raw-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    TimeUnit.SECONDS.sleep(seconds);
    ended = true;
    // What is under way may still be acknowledged, and then counts.
    TimeUnit.SECONDS.sleep(DEADLINE_SECONDS + 1);
    channels.forEach(ManagedChannel::shutdownNow);
    slow.forEach(ManagedChannel::shutdownNow);
    ObjectNode report = new ObjectMapper().createObjectNode();
    ObjectNode byOutcome = report.putObject("outcomes");
    new TreeMap<>(outcomes).forEach((outcome, count) -> byOutcome.put(outcome, count.sum()));
    ObjectNode byDelay = report.putObject("delaysMillis");
    new TreeMap<>(delaysMillis)
        .forEach((delay, count) -> byDelay.put(Long.toString(delay), count.sum()));
    ObjectNode last = report.putObject("acknowledged");
    acknowledged.forEach(last::put);
    System.out.println(report);
    System.exit(0);
  }

  private String endpoint(int i) {
    return endpoints.get(i % endpoints.size());
  }

  private static NettyChannelBuilder channel(String endpoint) {
    return NettyChannelBuilder.forTarget(endpoint).usePlaintext().disableRetry().directExecutor();
  }

  /** Of ten clients seven send what fits, and three what doesn't. */
  private static int bodyBytes(int client) {
    int kind = client % 10;
    return kind < 7 ? FITTING_BYTES : kind < 9 ? TOO_LARGE_BYTES : FAR_TOO_LARGE_BYTES;
  }

  private void put(int client, long number) {
    if (ended) {
      return;
    }
    String key = PREFIX + client;
    byte[] document =
        Arrays.copyOf(ByteBuffer.allocate(8).putLong(number).array(), bodyBytes(client));
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setBody(
                ByteString.copyFrom(
                    Kinds.CONFIG
                        .codec()
                        .encode(ConfigDocument.of("application/octet-stream", document))))
            .build();
    FactsGrpc.newStub(channels.get(client % channels.size()))
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .put(
            request,
            new StreamObserver<>() {
              @Override
              public void onNext(PutResponse response) {
                acknowledged.put(key, number);
                count("OK");
              }

              @Override
              public void onError(Throwable thrown) {
                count(outcome(thrown));
                put(client, number + 1);
              }

              @Override
              public void onCompleted() {
                put(client, number + 1);
              }
            });
  }

  private void count(String outcome) {
    outcomes.computeIfAbsent(outcome, unused -> new LongAdder()).increment();
  }

  private String outcome(Throwable thrown) {
    com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
    String reason = "";
    try {
      for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          reason = detail.unpack(ErrorInfo.class).getReason();
        } else if (detail.is(RetryInfo.class)) {
          com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
          long millis = delay.getSeconds() * 1_000 + delay.getNanos() / 1_000_000;
          delaysMillis.computeIfAbsent(millis, unused -> new LongAdder()).increment();
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a refusal that can't be read", e);
    }
    return reason.isEmpty() ? Status.fromThrowable(thrown).getCode().name() : reason;
  }

  /** Asks for everything and takes nothing; when the server has enough of it, again. */
  private void leaveAReply(ManagedChannel channel) {
    if (ended) {
      return;
    }
    ClientCall<ListRequest, ListResponse> call =
        channel.newCall(FactsGrpc.getListMethod(), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, @Nullable Metadata trailers) {
            count("left " + status.getCode());
            leaveAReply(channel);
          }
        },
        new Metadata());
    call.sendMessage(ListRequest.newBuilder().setPrefix(ByteString.copyFromUtf8(PREFIX)).build());
    call.halfClose();
  }

  private void raw(String endpoint, boolean mute) {
    int colon = endpoint.lastIndexOf(':');
    String host = endpoint.substring(0, colon);
    int port = Integer.parseInt(endpoint.substring(colon + 1));
    while (!ended) {
      try (RawHttp2 socket = new RawHttp2(host, port, "/stele.v1.Facts/Put")) {
        for (int i = 0; !ended && (mute || i < HALF_CALLS); i++) {
          if (mute) {
            socket.emptyCall();
          } else {
            socket.halfACall(4 << 20, HALF_CALL_BYTES);
          }
        }
        // It sits there with what it has not sent.
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5));
      } catch (IOException e) {
        count(mute ? "mute closed" : "half closed");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }
}
