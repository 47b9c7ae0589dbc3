// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

final class NativeLibraryTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir private Path parent;
  private Path directory;

  @BeforeEach
  void namesAFolderThatIsNotThere() {
    directory = parent.resolve("native");
  }

  @Test
  void itIsUnpackedOnceAndThenLeftAlone() throws IOException {
    assertThat(NativeLibrary.unpack(directory)).isTrue();
    Path file = onlyFile();
    Files.setLastModifiedTime(file, LONG_AGO);
    assertThat(NativeLibrary.unpack(directory)).isTrue();
    assertThat(Files.getLastModifiedTime(onlyFile())).isEqualTo(LONG_AGO);
  }

  /** In a process of its own, since this one has it already. */
  @Test
  void aProcessRunsWithTheOneThatWasUnpackedAndLeavesNoOther() throws Exception {
    Path temporary = Files.createDirectory(parent.resolve("tmp"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                NativeLibraryTest.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("RocksDB 1");
    assertThat(onlyFile()).isRegularFile();
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(file -> file.toString().contains("rocksdb"))).isEmpty();
    }
  }

  /** The process of the test above. */
  public static void main(String[] arguments) {
    NativeLibrary.load(Path.of(arguments[0]));
    System.out.println("RocksDB " + RocksDB.rocksdbVersion());
  }

  @Test
  void oneThatIsDamagedOrAnotherVersionsIsReplaced() throws IOException {
    NativeLibrary.unpack(directory);
    Path file = onlyFile();
    long whole = Files.size(file);
    byte[] before = Files.readAllBytes(file);
    try (FileChannel damage = FileChannel.open(file, StandardOpenOption.WRITE)) {
      damage.write(ByteBuffer.wrap(new byte[] {(byte) ~before[5_000]}), 5_000);
    }
    NativeLibrary.unpack(directory);
    assertThat(Files.mismatch(file, write("whole", before))).isEqualTo(-1);
    try (FileChannel shortened = FileChannel.open(file, StandardOpenOption.WRITE)) {
      shortened.truncate(whole / 2);
    }
    NativeLibrary.unpack(directory);
    assertThat(Files.size(onlyFile())).isEqualTo(whole);
  }

  @Test
  void whereNothingCanBeWrittenRocksDbLoadsItsOwnWay() throws IOException {
    Path notAFolder = write("file", new byte[1]);
    NativeLibrary.load(notAFolder.resolve("native"));
    assertThat(notAFolder).isRegularFile();
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(parent.resolve(name), content);
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.reduce((one, other) -> null).orElseThrow();
    }
  }
}
