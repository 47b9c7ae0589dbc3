// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The class path of ZooKeeper's servers: of this program's jars only those that a server needs, so
 * that nothing else of them is in a server that is measured.
 */
final class ServerClassPath {
  /** A class of each jar. */
  private static final List<String> NEEDED =
      List.of(
          "org.apache.zookeeper.server.quorum.QuorumPeerMain",
          "org.apache.jute.Record",
          "org.apache.commons.io.FileUtils",
          "org.apache.yetus.audience.InterfaceAudience",
          "org.xerial.snappy.Snappy",
          "com.codahale.metrics.Reservoir",
          "io.netty.handler.ssl.SslContext",
          "io.netty.handler.codec.ByteToMessageDecoder",
          "io.netty.channel.Channel",
          "io.netty.buffer.ByteBuf",
          "io.netty.util.ReferenceCounted",
          "org.slf4j.Logger",
          "ch.qos.logback.classic.Logger",
          "ch.qos.logback.core.Appender");

  private ServerClassPath() {}

  /** The first class that is not there. */
  static Optional<String> missing() {
    return NEEDED.stream().filter(name -> find(name).isEmpty()).findFirst();
  }

  static String text() {
    Set<String> jars = new LinkedHashSet<>();
    for (String name : NEEDED) {
      find(name).ifPresent(jar -> jars.add(jar.toString()));
    }
    return String.join(File.pathSeparator, jars);
  }

  private static Optional<Path> find(String name) {
    try {
      CodeSource source =
          Class.forName(name, false, ServerClassPath.class.getClassLoader())
              .getProtectionDomain()
              .getCodeSource();
      return Optional.of(Path.of(source.getLocation().toURI()));
    } catch (ClassNotFoundException | URISyntaxException e) {
      return Optional.empty();
    }
  }
}
