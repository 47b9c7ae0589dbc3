// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import dev.stele.bench.compare.peer.ContenderTrial;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LimitContenderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void aLimitTakesValuesAndEnds(Limit limit) throws Exception {
    ContenderTrial.run(new LimitContender(limit), folder);
  }
}
