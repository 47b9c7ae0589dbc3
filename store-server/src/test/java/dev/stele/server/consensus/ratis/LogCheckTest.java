// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.consensus.ratis.LogFiles.Written;
import dev.stele.server.port.LogPosition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogCheckTest {
  private static final String GROUP = RatisNode.groupId("test");

  @TempDir private Path raft;
  private LogFiles files;

  @BeforeEach
  void format() throws IOException {
    files = new LogFiles(raft.resolve(GROUP));
  }

  @Test
  void aWholeLogIsLeftAsItIs() throws IOException {
    files.closed(0, 10, 300, 40_000);
    files.closed(3, 1);
    Written open = files.open(4, 5, 900, 3000);
    byte[] before = open.bytes();
    check(6);
    assertThat(open.bytes()).isEqualTo(before);
  }

  @Test
  void aNewNodeHasNothingToCheck() throws IOException {
    new LogCheck("n1", raft.resolve("not-yet"), GROUP, LogPosition.NONE).run();
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 300, 700})
  void aRecordCutAnywhereBeforeZerosIsCutOff(int entryBytes) throws IOException {
    Written log = files.open(0, 100, 700, entryBytes);
    byte[] whole = log.bytes();
    for (int cut = log.offset(2) + 1; cut < log.end(); cut++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, cut, torn.length, (byte) 0);
      assertCutOff(log, torn, whole);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 300, 700})
  void aRecordCutAnywhereByTheEndOfTheFileIsCutOff(int entryBytes) throws IOException {
    Written log = files.open(0, 100, 700, entryBytes);
    byte[] whole = log.bytes();
    for (int cut = log.offset(2) + 1; cut < log.end(); cut++) {
      assertCutOff(log, Arrays.copyOf(whole, cut), whole);
    }
  }

  @Test
  void aRecordOfWhichAnySectorsAreMissingIsCutOff() throws IOException {
    Written log = files.open(0, 100, 700, 2000);
    byte[] whole = log.bytes();
    int firstSector = log.offset(2) / LogTail.SECTOR_BYTES;
    int sectors = (log.end() - 1) / LogTail.SECTOR_BYTES - firstSector + 1;
    for (int missing = 1; missing < (1 << sectors) - 1; missing++) {
      byte[] torn = whole.clone();
      for (int sector = 0; sector < sectors; sector++) {
        if ((missing >> sector & 1) == 1) {
          int start = (firstSector + sector) * LogTail.SECTOR_BYTES;
          Arrays.fill(
              torn,
              Math.max(log.offset(2), start),
              Math.min(log.end(), start + LogTail.SECTOR_BYTES),
              (byte) 0);
        }
      }
      assertCutOff(log, torn, whole);
    }
  }

  @Test
  void theFirstRecordOfAFileMayBeTheTornOne() throws IOException {
    Written log = files.open(0, 600);
    Files.write(log.file(), Arrays.copyOf(log.bytes(), 200));
    check(-1);
    assertThat(log.bytes()).hasSize(SegmentFile.HEADER_BYTES);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 8, 4096})
  void aFileWhoseHeaderWasNotWrittenYetIsNoDamage(int size) throws IOException {
    files.closed(0, 10);
    byte[] header = Arrays.copyOf("RaftL".getBytes(StandardCharsets.US_ASCII), size);
    Files.write(files.current().resolve("log_inprogress_1"), header);
    check(0);
  }

  @Test
  void anyBitThatChangedInTheLastRecordIsRefused() throws IOException {
    Written log = files.open(0, 100, 700, 120);
    byte[] padded = log.bytes();
    byte[] exact = Arrays.copyOf(padded, log.end());
    for (int bit = log.offset(2) * 8; bit < log.end() * 8; bit++) {
      for (byte[] whole : new byte[][] {padded, exact}) {
        byte[] damaged = whole.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        // A checksum that loses its last bits looks as if its last byte had not been written.
        if (whole == exact || damaged[log.end() - 1] != 0) {
          Files.write(log.file(), damaged);
          refused(-1).hasMessageContaining(log.file() + " at offset " + log.offset(2));
          assertThat(log.bytes()).isEqualTo(damaged);
        }
      }
    }
  }

  @Test
  void aBitThatChangedIsRefusedAlsoWhereTheChecksumEndsWithAZero() throws IOException {
    Written log = files.open(0, IntStream.range(0, 2000).map(entry -> 20).toArray());
    byte[] all = log.bytes();
    int last = 0;
    while (all[log.offset(last + 1) - 1] != 0) {
      last++;
    }
    byte[] whole = Arrays.copyOf(Arrays.copyOf(all, log.offset(last + 1)), all.length);
    Files.write(log.file(), whole);
    check(-1);
    assertThat(log.bytes()).isEqualTo(whole);
    for (int at = log.offset(last); at < log.offset(last + 1) - 1; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(log.file(), damaged);
      refused(-1).hasMessageContaining(log.file() + " at offset " + log.offset(last));
    }
  }

  @Test
  void anyByteThatChangedBeforeAWholeRecordIsRefused() throws IOException {
    Written log = files.open(0, 100, 300, 120);
    byte[] whole = log.bytes();
    for (int at = log.offset(1); at < log.offset(2); at++) {
      for (int value : new int[] {whole[at] ^ 0x10, ~whole[at], 0}) {
        byte[] damaged = whole.clone();
        damaged[at] = (byte) value;
        if (damaged[at] != whole[at]) {
          Files.write(log.file(), damaged);
          refused(-1)
              .hasMessageContaining(log.file() + " at offset " + log.offset(1))
              .hasMessageContaining("entry 1 is not whole")
              .hasMessageContaining("a whole record follows at offset " + log.offset(2))
              .hasMessageContaining("join under a new node.id");
          assertThat(log.bytes()).isEqualTo(damaged);
        }
      }
    }
  }

  @Test
  void aLostSectorBeforeAWholeRecordIsRefused() throws IOException {
    Written log = files.open(0, 100, 3000, 300);
    byte[] damaged = log.bytes();
    Arrays.fill(damaged, 1024, 1536, (byte) 0);
    Files.write(log.file(), damaged);
    refused(-1).hasMessageContaining("a whole record follows at offset " + log.offset(2));
  }

  /** Ratis by itself takes this for a record that was cut by the end of the file. */
  @Test
  void aLengthThatPointsBehindTheFileIsNotItsEnd() throws IOException {
    Written log = files.open(0, 100, 700, 300);
    byte[] damaged = log.bytes();
    damaged[log.offset(1) + 1] = 0x7f;
    Files.write(log.file(), Arrays.copyOf(damaged, log.end()));
    assertThat(LogFiles.readByRatis(log.file())).isEqualTo(1);
    refused(-1).hasMessageContaining("a whole record follows at offset " + log.offset(2));
  }

  @Test
  void aTornRecordThatTheStoreHasAppliedIsRefused() throws IOException {
    Written log = files.open(0, 100, 700, 300);
    Files.write(log.file(), Arrays.copyOf(log.bytes(), log.end() - 20));
    refused(2).hasMessageContaining("entry 2 is not whole, and the store has applied it");
    check(1);
  }

  @Test
  void aRecordThatMaskedAsAnotherEntryIsRefused() throws IOException {
    Written log = files.open(5, 10, 20);
    Files.move(log.file(), files.current().resolve("log_inprogress_4"));
    refused(-1).hasMessageContaining("entry 5 stands where 4 should");
  }

  @Test
  void damageInAClosedFileIsRefused() throws IOException {
    Written log = files.closed(0, 100, 300, 120);
    files.open(3, 10);
    byte[] whole = log.bytes();
    for (int at = 0; at < log.end(); at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x20;
      Files.write(log.file(), damaged);
      refused(-1).hasMessageContaining(log.file() + " at offset ");
    }
  }

  /** Ratis by itself reads this as a closed file with fewer entries, and goes on. */
  @Test
  void aClosedFileThatLacksItsLastEntryIsRefused() throws IOException {
    Written log = files.closed(0, 100, 700, 300);
    byte[] whole = log.bytes();
    byte[] zeroed = whole.clone();
    Arrays.fill(zeroed, log.offset(2), log.end(), (byte) 0);
    for (byte[] damaged : new byte[][] {zeroed, Arrays.copyOf(whole, log.end() - 1)}) {
      Files.write(log.file(), damaged);
      assertThat(LogFiles.readByRatis(log.file())).isEqualTo(2);
      refused(-1)
          .hasMessageContaining(log.file() + " at offset " + log.offset(2))
          .hasMessageContaining("entry 2 is not whole, in a file that was closed");
    }
  }

  /** Ratis by itself removes such a file. */
  @Test
  void anOpenFileWhoseHeaderIsLostIsRefused() throws IOException {
    Written log = files.open(0, 100);
    byte[] damaged = log.bytes();
    Arrays.fill(damaged, 0, SegmentFile.HEADER_BYTES, (byte) 0);
    Files.write(log.file(), damaged);
    assertThat(LogFiles.readByRatis(log.file())).isZero();
    refused(-1).hasMessageContaining(log.file() + " at offset 0");
  }

  @Test
  void aMissingFileIsRefused() throws IOException {
    files.closed(0, 10, 10);
    files.open(4, 10);
    refused(1).hasMessageContaining("entry 1 is followed by entry 4 in log_inprogress_4");
  }

  @Test
  void filesThatOverlapAreRefused() throws IOException {
    files.closed(0, 10, 10);
    files.open(1, 10);
    refused(1).hasMessageContaining("entry 1 is followed by entry 1");
  }

  /** Ratis by itself does not start with the gap that it leaves. */
  @Test
  void aPurgeThatWasInterruptedIsFinished() throws IOException {
    Written first = files.closed(0, 10, 10);
    Written second = files.closed(2, 10);
    Written kept = files.closed(5, 10);
    Written open = files.open(6, 10);
    check(4);
    assertThat(first.file()).doesNotExist();
    assertThat(second.file()).doesNotExist();
    assertThat(kept.file()).exists();
    assertThat(open.file()).exists();
  }

  @Test
  void aLogThatBeginsAfterWhatTheStoreHasIsRefused() throws IOException {
    files.open(5, 10);
    check(4);
    refused(3).hasMessageContaining("it begins with entry 5");
  }

  @Test
  void aLogThatEndsBeforeWhatTheStoreHasIsRefused() throws IOException {
    files.open(0, 10, 10);
    check(1);
    refused(2).hasMessageContaining("it ends with entry 1, and the store has applied entry 2");
  }

  @Test
  void aStoreWithoutALogIsRefused() throws IOException {
    check(-1);
    refused(0).hasMessageContaining("it is empty, and the store has applied entry 0");
  }

  @Test
  void aLogOrAStoreWithoutTheFileOfVotesIsRefused() throws IOException {
    Files.delete(files.current().resolve("raft-meta"));
    refused(0).hasMessageContaining("the file of this node's votes is missing");
    files.open(0, 10);
    refused(-1).hasMessageContaining("the file of this node's votes is missing");
  }

  @Test
  void theLogOfAnotherClusterIsRefused() throws IOException {
    files.open(0, 10);
    Path other = Files.createDirectory(raft.resolve(RatisNode.groupId("other")));
    refused(-1).hasMessageContaining(other + " is the log of another cluster");
  }

  private void assertCutOff(Written log, byte[] torn, byte[] whole) throws IOException {
    if (Arrays.equals(torn, whole)) {
      return;
    }
    Files.write(log.file(), torn);
    check(-1);
    assertThat(log.bytes()).isEqualTo(Arrays.copyOf(whole, log.offset(2)));
    assertThat(LogFiles.readByRatis(log.file())).isEqualTo(2);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(long durable) {
    return assertThatThrownBy(() -> check(durable)).isInstanceOf(DamagedLogException.class);
  }

  private void check(long durable) throws IOException {
    LogPosition position = durable < 0 ? LogPosition.NONE : new LogPosition(1, durable);
    new LogCheck("n1", raft, GROUP, position).run();
  }
}
