// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DataDirectoryTest {
  @TempDir private Path temporary;
  private Path data;

  @BeforeEach
  void chooseFolder() {
    data = temporary.resolve("some/where");
  }

  @Test
  void aNewFolderIsMadeAndRecognisedAgain() {
    try (DataDirectory first = open()) {
      assertThat(first.raft()).isDirectory();
      assertThat(first.store()).isDirectory();
    }
    try (DataDirectory again = open()) {
      assertThat(again.raft()).isDirectory();
    }
  }

  @Test
  void aFolderIsUsedByOneNodeAtATime() {
    try (DataDirectory first = open()) {
      assertThat(first.raft()).isDirectory();
      refused().hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
    }
    open().close();
  }

  @Test
  void anotherNodesDataAreRefused() {
    open().close();
    assertThatThrownBy(() -> DataDirectory.open(data, "stele", "n1"))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("belongs to the node \"n0\", and node.id is \"n1\"");
    open().close();
  }

  @Test
  void anotherClustersDataAreRefused() {
    open().close();
    assertThatThrownBy(() -> DataDirectory.open(data, "other", "n0"))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("belongs to the cluster \"stele\", and cluster.name is \"other\"");
  }

  @Test
  void aNewerFormatIsRefused() throws IOException {
    open().close();
    String marker = Files.readString(marker());
    Files.writeString(marker(), marker.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"));
    refused()
        .hasMessageContaining("is of format 2, and this build knows formats up to 1")
        .hasMessageContaining("Start that build");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"formatVersion\":0}",
        "{\"formatVersion\":1,\"cluster\":\"stele\",\"node\":\"n0\"}",
        "{\"formatVersion\":1,\"cluster\":\"stele\",\"node\":\"n0\",\"used\":true}",
        "{\"formatVersion\":1,\"cluster\":7,\"node\":\"n0\",\"dataId\":\"x\",\"used\":true}",
      })
  void aDamagedMarkerIsRefused(String marker) throws IOException {
    open().close();
    Files.writeString(marker(), marker);
    refused().hasMessageContaining("can't be understood");
    assertThat(Files.readString(marker())).isEqualTo(marker);
  }

  @Test
  void aMarkerThatIsFarTooLongIsRefused() throws IOException {
    open().close();
    Files.writeString(marker(), " ".repeat(64 * 1024 + 1));
    refused().hasMessageContaining("it is too long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raft", "store"})
  void dataWithoutAMarkerAreRefused(String part) throws IOException {
    Files.createDirectories(data.resolve(part).resolve("deep"));
    Files.writeString(data.resolve(part).resolve("deep/file"), "x");
    refused().hasMessageContaining("has data, but node.json beside it is missing");
  }

  @Test
  void emptyFoldersWithoutAMarkerAreWhatAnInterruptedStartLeaves() throws IOException {
    Files.createDirectories(data.resolve("raft"));
    Files.createDirectories(data.resolve("store"));
    open().close();
    assertThat(marker()).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"raft/group/current/raft-meta", "store/CURRENT"})
  void aWipedPartIsRefusedOnceTheNodeHasRun(String essential) throws IOException {
    run(data, "n0");
    open().close();
    Files.delete(data.resolve(essential));
    refused()
        .hasMessageContaining(essential.split("/", -1)[0] + " was wiped")
        .hasMessageContaining("A wiped voter must not come back under its old name")
        .hasMessageContaining("under a new node.id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raft/group/current/raft-meta.conf", "store/LOG"})
  void whatIsLeftInAWipedPartDoesNotMakeItWhole(String leftOver) throws IOException {
    run(data, "n0");
    Files.writeString(data.resolve(leftOver), "x");
    Files.delete(data.resolve("raft/group/current/raft-meta"));
    Files.delete(data.resolve("store/CURRENT"));
    refused().hasMessageContaining("was wiped");
  }

  /** Between the first vote and the note that the node runs here there is a moment. */
  @ParameterizedTest
  @ValueSource(strings = {"raft", "store"})
  void aPartThatWasEmptiedBeforeTheNodeWasReadyIsRefused(String part) throws IOException {
    open().close();
    Files.delete(data.resolve(part).resolve("owner"));
    refused().hasMessageContaining(part + " was wiped");
    Files.delete(data.resolve(part));
    refused().hasMessageContaining(part + " was wiped");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raft", "store"})
  void aPartOfAnotherNodesDataIsRefused(String part) throws IOException {
    run(data, "n0");
    Path other = temporary.resolve("other");
    run(other, "n1");
    Files.move(data.resolve(part), temporary.resolve("aside"));
    Files.move(other.resolve(part), data.resolve(part));
    refused()
        .hasMessageContaining(data.toRealPath().resolve(part) + " belongs to other data than")
        .hasMessageContaining("under a new node.id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raft", "store"})
  void aPartWhoseOwnerIsUnknownIsRefused(String part) throws IOException {
    run(data, "n0");
    for (String owner : new String[] {"", "x".repeat(10_000)}) {
      Files.writeString(data.resolve(part).resolve("owner"), owner);
      refused().hasMessageContaining("belongs to other data than");
    }
    Files.delete(data.resolve(part).resolve("owner"));
    refused().hasMessageContaining("belongs to other data than");
  }

  @Test
  void aStartThatWasInterruptedBeforeTheMarkerIsTakenUpAgain() throws IOException {
    open().close();
    Files.delete(marker());
    open().close();
    open().close();
  }

  private static void run(Path data, String node) throws IOException {
    try (DataDirectory directory = DataDirectory.open(data, "stele", node)) {
      Files.createDirectories(directory.raft().resolve("group/current"));
      Files.writeString(directory.raft().resolve("group/current/raft-meta"), "term=1");
      Files.writeString(directory.raft().resolve("group/in_use.lock"), "1");
      Files.writeString(directory.store().resolve("CURRENT"), "1");
      directory.used();
    }
  }

  @Test
  void aNodeThatNeverRanMayBeEmpty() {
    open().close();
    open().close();
  }

  @Test
  void aFolderThatCanNotBeMadeIsRefused() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    assertThatThrownBy(() -> DataDirectory.open(file.resolve("data"), "stele", "n0"))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("can't be used");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused() {
    return assertThatThrownBy(this::open).isInstanceOf(DataDirectoryException.class);
  }

  private Path marker() {
    return data.resolve("node.json");
  }

  private DataDirectory open() {
    return DataDirectory.open(data, "stele", "n0");
  }
}
