// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.etcd;

import dev.stele.bench.compare.Ability;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.peer.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code etcd} that is installed, with its defaults. */
public final class EtcdContender implements Contender {
  private final Optional<Path> program;

  /** Looks for the program in the folders of {@code path}. */
  public EtcdContender(String path) {
    this.program = Programs.find("etcd", path);
  }

  @Override
  public String name() {
    return "etcd";
  }

  @Override
  public boolean isOnJvm() {
    return false;
  }

  @Override
  public Optional<String> missing() {
    return program.isPresent()
        ? Optional.empty()
        : Optional.of("no etcd on the PATH; Debian and Ubuntu: apt install etcd-server");
  }

  @Override
  public String version() {
    return program
        .map(etcd -> Programs.firstLine(List.of(etcd.toString(), "--version"), Map.of()))
        .orElse("not installed");
  }

  @Override
  public List<String> settings() {
    return List.of(
        "three etcd processes on loopback without TLS, every setting its default (fsync before each"
            + " acknowledgement) but --quota-backend-bytes=8GiB, so that long runs don't fill it",
        "client: raw gRPC (grpc-java, direct executor) to the leader's client port; linearizable"
            + " get = the default range, local get = a serializable range at the leader",
        "watch: one stream a connection, each watcher its own watch on it; leases: one"
            + " LeaseKeepAlive stream a connection, a message a lease, as its API has it",
        "claims: a range over the idle keys in key order (limit 1, or 100 of which one is picked at"
            + " random), then a transaction that compares its mod revision, deletes it and puts the"
            + " owned key with the owner's lease; who loses the race reads again");
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.allOf(Ability.class);
  }

  @Override
  public Cluster start(Path directory, int basePort) throws IOException, InterruptedException {
    Path etcd = program.orElseThrow(() -> new IOException(missing().orElseThrow()));
    return EtcdCluster.start(etcd, directory.toAbsolutePath(), basePort);
  }
}
