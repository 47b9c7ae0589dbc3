// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import java.io.IOException;

/** Answers what it is sent. */
public final class EchoServer {
  private EchoServer() {}

  /** Serves at the port that is the last argument until it is killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Wire.serve(
            Integer.parseInt(arguments[arguments.length - 1]),
            (value, answer) -> {
              answer.onNext(value);
              answer.onCompleted();
            },
            (nothing, answer) -> {
              answer.onNext(Wire.YES);
              answer.onCompleted();
            })
        .awaitTermination();
  }
}
