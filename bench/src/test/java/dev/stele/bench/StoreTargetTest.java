// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.client.Fact;
import dev.stele.client.FactChange;
import dev.stele.client.Facts;
import dev.stele.client.HistoryPage;
import dev.stele.client.Keys;
import dev.stele.client.RawFacts;
import dev.stele.client.ReadMode;
import dev.stele.client.ResponseInfo;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.ConfigDocument;
import dev.stele.client.kind.Kinds;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class StoreTargetTest {
  private static final String KEY = "config/bench/0";
  private static final ResponseInfo INFO =
      new ResponseInfo("c", 0, "n0", "n0", "127.0.0.1:7400", 1, 9, 0, Duration.ZERO);

  private final List<Target.Found> found = new ArrayList<>();

  @Test
  void aHistoryToItsBeginningIsShown() {
    target(List.of(change(9, 4, 2), change(4, 0, 1))).history(KEY, found::add).join();
    assertThat(found).extracting(Target.Found::revision).containsExactly(9L, 4L);
  }

  @Test
  void aKeyWithoutHistoryHasNothingToShow() {
    target(List.of()).history(KEY, found::add).join();
    assertThat(found).isEmpty();
  }

  @Test
  void aHistoryThatWasCompactedIsNoWholeOne() {
    assertNotWhole(change(9, 4, 2));
  }

  @Test
  void whatStoodAtTheFloorIsNoBeginningThoughItNamesNothingBeforeIt() {
    assertNotWhole(change(9, 0, 2));
  }

  private void assertNotWhole(FactChange<byte[]> first) {
    CompletableFuture<Void> shown = target(List.of(first)).history(KEY, found::add);
    assertThatThrownBy(shown::join)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("config/bench/0 before revision 9 was compacted");
  }

  private static StoreTarget target(List<FactChange<byte[]>> changes) {
    HistoryPage<byte[]> page = new HistoryPage<>(changes, Optional.empty(), INFO);
    RawFacts raw =
        pretend(RawFacts.class, (self, method, args) -> CompletableFuture.completedFuture(page));
    Facts facts = pretend(Facts.class, (self, method, args) -> raw);
    StoreClient client = pretend(StoreClient.class, (self, method, args) -> facts);
    return new StoreTarget(client, ReadMode.linearizable());
  }

  private static <T> T pretend(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static FactChange<byte[]> change(long revision, long previous, long version) {
    byte[] body =
        Kinds.CONFIG
            .codec()
            .encode(ConfigDocument.withChecksum("text/plain", new byte[] {1}, new byte[0]));
    return new FactChange<>(
        revision,
        Optional.of(new Fact<>(Keys.raw(KEY), body, 4, revision, version, Optional.empty())),
        previous);
  }
}
