// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.client.Fact;
import dev.stele.client.FactChange;
import dev.stele.client.FactKey;
import dev.stele.client.Got;
import dev.stele.client.HistoryOptions;
import dev.stele.client.Keys;
import dev.stele.client.PutOptions;
import dev.stele.client.RawFacts;
import dev.stele.client.ReadMode;
import dev.stele.client.StoreClient;
import dev.stele.client.Written;
import dev.stele.client.error.SteleException;
import dev.stele.client.kind.ConfigDocument;
import dev.stele.client.kind.Kinds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A cluster through the client: values are documents of kind {@code config}, unchecked. */
public final class StoreTarget implements Target {
  private static final String CONTENT_TYPE = "application/octet-stream";

  private final StoreClient client;
  private final RawFacts facts;
  private final ReadMode mode;

  /**
   * A cluster as {@code client} sees it.
   *
   * @param mode of {@link #get}
   */
  public StoreTarget(StoreClient client, ReadMode mode) {
    this.client = client;
    this.facts = client.facts().raw();
    this.mode = mode;
  }

  @Override
  public CompletableFuture<Long> put(String key, byte[] value) {
    ConfigDocument document = ConfigDocument.withChecksum(CONTENT_TYPE, value, new byte[0]);
    byte[] body = Kinds.CONFIG.codec().encode(document);
    return facts.put(raw(key), body, PutOptions.none()).thenApply(Written::revision);
  }

  @Override
  public CompletableFuture<Optional<Found>> get(String key) {
    return facts.get(raw(key), mode).thenApply(StoreTarget::found);
  }

  @Override
  public CompletableFuture<Void> history(String key, Consumer<Found> visitor) {
    return history(key, HistoryOptions.defaults(), visitor);
  }

  private CompletableFuture<Void> history(
      String key, HistoryOptions options, Consumer<Found> visitor) {
    return facts
        .history(raw(key), options)
        .thenCompose(
            page -> {
              for (FactChange<byte[]> change : page.changes()) {
                change.fact().ifPresent(fact -> visitor.accept(found(fact)));
              }
              return page.next().isPresent()
                  ? history(key, options.from(page.next().get()), visitor)
                  : atItsBeginning(key, page.changes());
            });
  }

  /** What compaction took away must not look like what was lost. */
  private static CompletableFuture<Void> atItsBeginning(
      String key, List<FactChange<byte[]>> lastChanges) {
    if (lastChanges.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    FactChange<byte[]> first = lastChanges.get(lastChanges.size() - 1);
    // What stood at the floor names no change before it, but it counts its puts.
    boolean putBefore = first.fact().isPresent() && first.fact().get().version() > 1;
    return first.previousRevision() == 0 && !putBefore
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(
            new IllegalStateException(
                "the history of %s before revision %d was compacted: raise compaction.keep-revisions"
                    .formatted(key, first.revision())));
  }

  @Override
  public Failure classify(Throwable failure) {
    Throwable cause = failure.getCause();
    if (failure instanceof CompletionException && cause != null) {
      return classify(cause);
    }
    if (failure instanceof SteleException known) {
      return new Failure(known.reason().name(), known.mayHaveHappened());
    }
    // A failure that says nothing leaves everything open.
    return new Failure(failure.getClass().getSimpleName(), true);
  }

  @Override
  public void close() {
    client.close();
  }

  private static FactKey<byte[]> raw(String key) {
    return Keys.raw(key);
  }

  private static Optional<Found> found(Got<byte[]> got) {
    return got.fact().map(StoreTarget::found);
  }

  private static Found found(Fact<byte[]> fact) {
    ConfigDocument document = Kinds.CONFIG.codec().decode(fact.body());
    return new Found(fact.modRevision(), ByteBuffer.wrap(document.document()));
  }
}
