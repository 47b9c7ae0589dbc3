// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class StorageSettingsTest {
  private static final StorageSettings D = StorageSettings.defaults();
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  static Arguments[] settings() {
    return new Arguments[] {
      of("writeBufferBytes", 6 * MIB, 4 * GIB, v -> with(v, MIB, 0, 2, 1, MIB, 1)),
      of("blockCacheBytes", MIB, 64 * GIB, v -> with(6 * MIB, v, 0, 2, 1, MIB, 1)),
      of("rowCacheBytes", 0, GIB, v -> with(6 * MIB, MIB, v, 2, 1, MIB, 1)),
      of("backgroundJobs", 2, 16, v -> with(6 * MIB, MIB, 0, (int) v, 1, MIB, 1)),
      of("flushCommands", 1, 10_000_000, v -> with(6 * MIB, MIB, 0, 2, (int) v, MIB, 1)),
      of("flushBytes", 64 * KIB, 4 * GIB, v -> with(6 * MIB, MIB, 0, 2, 1, v, 1)),
      of("flushIntervalMillis", 1, 3_600_000, v -> with(6 * MIB, MIB, 0, 2, 1, MIB, v)),
    };
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aValueBeyondItsBoundsIsRefusedByName(
      String name, long least, long most, LongFunction<StorageSettings> with) {
    assertThat(with.apply(least)).isNotNull();
    assertThat(with.apply(most)).isNotNull();
    for (long wrong : new long[] {least - 1, most + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> with.apply(wrong))
          .withMessage("%s is %d, %d to %d are allowed", name, wrong, least, most);
    }
  }

  private static Arguments of(
      String name, long least, long most, LongFunction<StorageSettings> with) {
    return Arguments.of(name, least, most, with);
  }

  private static StorageSettings with(
      long writeBufferBytes,
      long blockCacheBytes,
      long rowCacheBytes,
      int backgroundJobs,
      int flushCommands,
      long flushBytes,
      long flushIntervalMillis) {
    return new StorageSettings(
        writeBufferBytes,
        blockCacheBytes,
        rowCacheBytes,
        D.compression(),
        backgroundJobs,
        flushCommands,
        flushBytes,
        flushIntervalMillis);
  }
}
