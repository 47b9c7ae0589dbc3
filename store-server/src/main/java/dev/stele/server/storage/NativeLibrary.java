// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of RocksDB that is no Java. RocksDB unpacks it into a new temporary file at each start,
 * and leaves that behind when the process is killed: 17 MB each time. Here it is unpacked once.
 */
public final class NativeLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

  private static final String NAME_IN_JAR = "rocksdb";

  /** RocksDB looks for it under another name than that in its jar. */
  private static final String NAME = "rocksdbjni";

  private NativeLibrary() {}

  /**
   * Loads it from {@code directory}, and puts it there first when it is not there, or is another
   * version's. Where that is not possible (nothing may be run from there, or it can't be written
   * to) RocksDB does it in its own way. Nothing is done when this process has loaded it already.
   */
  public static synchronized void load(Path directory) {
    try {
      if (unpack(directory)) {
        RocksDB.loadLibrary(List.of(directory.toAbsolutePath().toString()));
        return;
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      LOG.atInfo()
          .addKeyValue("directory", directory)
          .setCause(e)
          .log("RocksDB's library can't be kept there: unpacked at each start");
    }
    RocksDB.loadLibrary();
  }

  /** Whether the library is there now; not when it did not come in a jar. */
  static boolean unpack(Path directory) throws IOException {
    String name = Environment.getJniLibraryFileName(NAME_IN_JAR);
    URL packed = RocksDB.class.getResource("/" + name);
    URLConnection connection = packed == null ? null : packed.openConnection();
    if (!(connection instanceof JarURLConnection jar)) {
      return false;
    }
    Path file = directory.resolve(Environment.getJniLibraryFileName(NAME));
    JarEntry entry = jar.getJarEntry();
    if (!isThere(file, entry)) {
      Files.createDirectories(directory);
      Path unpacked = directory.resolve("unpacking");
      try (InputStream in = jar.getInputStream()) {
        Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
      }
      // Whole or not at all: a process that ends in between leaves what was there.
      Files.move(unpacked, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return true;
  }

  /** A file of the same length that is damaged would end the process without a word. */
  private static boolean isThere(Path file, JarEntry entry) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
      return false;
    }
    CRC32 checksum = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), checksum)) {
      long unusedBytes = in.transferTo(OutputStream.nullOutputStream());
    }
    return checksum.getValue() == entry.getCrc();
  }
}
