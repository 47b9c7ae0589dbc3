// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.util.ProtoUtils;

/**
 * The files of a Raft log whose entries can be made again, and so have no bytes: what is purged of
 * them, and what a start would find. It has two voters, one of whom lags.
 */
final class ScriptedLog {
  private static final int FILE_ENTRIES = 32;
  private static final int LAG_ENTRIES = 20;
  private static final RaftPeer SELF = RaftPeer.newBuilder().setId("self").build();
  private static final RaftPeer OTHER = RaftPeer.newBuilder().setId("other").build();

  private final Path current;
  private volatile long last;

  ScriptedLog(Path directory) {
    current = directory.resolve("current");
    try {
      Files.createDirectories(current);
      last = files().stream().mapToLong(ScriptedLog::lastOf).max().orElse(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first entry that is there, or will be. */
  long first() throws IOException {
    return files().stream().mapToLong(ScriptedLog::firstOf).min().orElse(0);
  }

  /** Entry {@code index} is there from here on. */
  void append(long index) throws IOException {
    long first = index / FILE_ENTRIES * FILE_ENTRIES;
    Path open = current.resolve("log_inprogress_" + first);
    if (index > last) {
      if (index == first) {
        Files.createFile(open);
      }
      last = index;
    }
    if (index == first + FILE_ENTRIES - 1 && Files.exists(open)) {
      Files.move(open, current.resolve("log_" + first + "-" + index));
    }
  }

  /** As Ratis does it: whole files, the oldest first. */
  private CompletableFuture<Long> purge(long upTo) {
    try {
      for (Path file : files()) {
        if (isClosed(file) && lastOf(file) <= upTo) {
          delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CompletableFuture.completedFuture(upTo);
  }

  private static void delete(Path file) throws IOException {
    Files.delete(file);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(current)) {
      return files.sorted(Comparator.comparingLong(ScriptedLog::firstOf)).toList();
    }
  }

  private static boolean isClosed(Path file) {
    return !file.getFileName().toString().contains("inprogress");
  }

  private static long firstOf(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(
        name.replace("log_inprogress_", "").replace("log_", "").split("-", -1)[0]);
  }

  /** Of an open file the first one: which of the others were there does not matter. */
  private static long lastOf(Path file) {
    return isClosed(file) ? firstOf(file) + FILE_ENTRIES - 1 : firstOf(file);
  }

  /** Ratis as {@link LogRetention} sees it. */
  RaftServer.Division division() {
    Function<Object[], CompletableFuture<Long>> purge = arguments -> purge((long) arguments[0]);
    RaftLog log = fake(RaftLog.class, Map.of("purge", purge));
    RaftConfiguration configuration =
        fake(
            RaftConfiguration.class,
            Map.of(
                "getAllPeers",
                arguments ->
                    arguments == null || arguments[0] == RaftPeerRole.FOLLOWER
                        ? List.of(SELF, OTHER)
                        : List.of()));
    RaftStorageDirectory directory =
        fake(RaftStorageDirectory.class, Map.of("getCurrentDir", arguments -> current.toFile()));
    RaftStorage storage = fake(RaftStorage.class, Map.of("getStorageDir", arguments -> directory));
    return fake(
        RaftServer.Division.class,
        Map.of(
            "getId", arguments -> RaftPeerId.valueOf("self"),
            "getRaftLog", arguments -> log,
            "getRaftConf", arguments -> configuration,
            "getRaftStorage", arguments -> storage,
            "getCommitInfos", arguments -> commits()));
  }

  private List<CommitInfoProto> commits() {
    long committed = last;
    return List.of(
        ProtoUtils.toCommitInfoProto(SELF, committed),
        ProtoUtils.toCommitInfoProto(OTHER, Math.max(-1, committed - LAG_ENTRIES)));
  }

  private static <T> T fake(Class<T> type, Map<String, ? extends Function<Object[], ?>> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.get(method.getName()).apply(arguments)));
  }
}
