// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.GroupListRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftClientProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port on which nodes talk Raft. */
final class RaftListenerTest {
  @TempDir Path directory;

  @Test
  void administratorsOfRatisAreRefused() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(1).start()) {
      withChannel(
          cluster.leader(),
          channel ->
              assertThatThrownBy(
                      () ->
                          AdminProtocolServiceGrpc.newBlockingStub(channel)
                              .withDeadlineAfter(10, TimeUnit.SECONDS)
                              .groupList(GroupListRequestProto.getDefaultInstance()))
                  .isInstanceOfSatisfying(
                      StatusRuntimeException.class,
                      e ->
                          assertThat(e.getStatus().getCode())
                              .isEqualTo(Status.Code.PERMISSION_DENIED)));
    }
  }

  @Test
  void clientsOfRatisAreRefused() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(1).start()) {
      withChannel(
          cluster.leader(),
          channel -> {
            CompletableFuture<Status.Code> ended = new CompletableFuture<>();
            RaftClientProtocolServiceGrpc.newStub(channel)
                .ordered(ending(ended))
                .onNext(RaftClientRequestProto.getDefaultInstance());
            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(Status.Code.PERMISSION_DENIED);
          });
    }
  }

  @Test
  void aTakenPortIsAnErrorAndNotTheEndOfTheProcess() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(1).build();
        ServerSocket taken =
            new ServerSocket(raftPort(cluster.node("n1")), 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> cluster.node("n1").start())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(cluster.node("n1").settings().self().raft());
    }
  }

  private static int raftPort(TestNode node) {
    return URI.create("raft://" + node.settings().self().raft()).getPort();
  }

  private static <T> StreamObserver<T> ending(CompletableFuture<Status.Code> ended) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        ended.complete(Status.Code.OK);
      }

      @Override
      public void onError(Throwable e) {
        ended.complete(Status.fromThrowable(e).getCode());
      }

      @Override
      public void onCompleted() {
        ended.complete(Status.Code.OK);
      }
    };
  }

  private static void withChannel(TestNode node, Visit visit) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", raftPort(node)).usePlaintext().build();
    try {
      visit.to(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private interface Visit {
    void to(ManagedChannel channel) throws Exception;
  }
}
