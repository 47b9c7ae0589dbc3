// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

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
