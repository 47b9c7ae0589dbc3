// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.server.RaftServer;

/** Ratis's own way to read, which is not used outside of tests. */
public final class RatisReads {
  private RatisReads() {}

  /**
   * Asks Ratis whether this node may be read. With its read option LINEARIZABLE that is meant to
   * say that the node's state shows all that was acknowledged before.
   */
  public static CompletableFuture<RaftClientReply> ask(
      RatisNode node, long callId, long timeoutMillis) throws IOException {
    RaftServer server = node.server();
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(ClientId.randomId())
            .setServerId(server.getId())
            .setGroupId(server.getGroupIds().iterator().next())
            .setCallId(callId)
            .setMessage(Message.EMPTY)
            .setType(RaftClientRequest.readRequestType())
            .build();
    return server.submitClientRequestAsync(request).orTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
  }
}
