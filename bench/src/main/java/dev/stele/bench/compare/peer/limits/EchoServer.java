// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import io.grpc.Server;
import java.io.IOException;

/** Answers what it is sent. */
public final class EchoServer {
  private EchoServer() {}

  /** Serves at the port that is the last argument until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    Server server =
        Wire.serve(
            Integer.parseInt(arguments[arguments.length - 1]),
            (value, answer) -> {
              answer.onNext(value);
              answer.onCompleted();
            },
            (nothing, answer) -> {
              answer.onNext(Wire.YES);
              answer.onCompleted();
            });
    Wire.untilStdinEnds();
    server.shutdownNow();
    Runtime.getRuntime().halt(0);
  }
}
