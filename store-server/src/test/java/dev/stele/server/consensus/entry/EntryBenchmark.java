// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.micro.Microbenchmark;
import dev.stele.server.micro.Puts;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a log entry of puts under sessions costs to write and to read. */
@State(Scope.Benchmark)
public class EntryBenchmark extends Microbenchmark {
  private static final Stamp STAMP = new Stamp(1, 0, 0);

  /** Puts of an entry. */
  @Param({"1", "64", "512"})
  public int commands;

  private List<Command> entry;
  private byte[] bytes;

  /** Makes the entry. */
  @Setup
  public void prepare() {
    entry = new Puts().underSessions(commands);
    bytes = EntryCodec.encode(STAMP, entry);
  }

  /** At the leader. */
  @Benchmark
  public byte[] encode() {
    return EntryCodec.encode(STAMP, entry);
  }

  /** At every node. */
  @Benchmark
  public DecodedEntry decode() {
    return EntryCodec.decode(bytes);
  }
}
