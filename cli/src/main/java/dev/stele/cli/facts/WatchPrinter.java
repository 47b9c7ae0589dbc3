// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Printable;
import dev.stele.client.Fact;
import dev.stele.client.Watch;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchEvent;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchProgress;
import dev.stele.client.WatchState;
import dev.stele.client.WatchStatus;
import dev.stele.client.error.CompactedException;
import dev.stele.client.error.SteleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a watch hands over, a line each, and out at once. The first facts are held until they
 * are complete, since they come anew when the node is lost amid them; beyond {@link
 * #MAX_HELD_BYTES} they are printed as they come, and then such a loss is the end.
 */
final class WatchPrinter implements WatchListener {
  /** Of bodies of first facts. */
  static final long MAX_HELD_BYTES = 16 << 20;

  private final Terminal terminal;
  private final boolean json;
  private final BodyViews bodies;
  private final boolean reports;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final List<WatchInitial> held = new ArrayList<>();
  private long heldBytes;
  private boolean printedPages;
  private boolean headed;
  private long left;
  private @Nullable Watch named;

  /** {@code reports} whether the watch has a name, and is told what was printed. */
  WatchPrinter(Terminal terminal, boolean json, BodyViews bodies, long count, boolean reports) {
    this.terminal = terminal;
    this.json = json;
    this.bodies = bodies;
    this.left = count;
    this.reports = reports;
  }

  /** Ends with the watch. */
  @SuppressWarnings("FutureReturnValueIgnored") // the two futures tell
  void follow(Watch watch) {
    watch
        .closed()
        .whenComplete(
            (nothing, failure) -> {
              begun.complete(null);
              if (failure == null) {
                done.complete(null);
              } else {
                done.completeExceptionally(failure);
              }
            });
  }

  /** Completes once a node has begun the watch, or it is over. */
  CompletableFuture<Void> begun() {
    return begun;
  }

  /** Completes when enough was printed, nobody reads it any more, or the watch is over. */
  CompletableFuture<Void> done() {
    return done;
  }

  @Override
  public void onStart(Watch watch) {
    named = reports ? watch : null;
  }

  @Override
  public void onInitial(WatchInitial page) {
    if (page.first()) {
      if (printedPages) {
        throw CliException.unavailable(
            "the node was lost amid first facts of more than "
                + (MAX_HELD_BYTES >> 20)
                + " MiB, of which some are printed: start again");
      }
      held.clear();
      heldBytes = 0;
    }
    held.add(page);
    heldBytes += page.facts().stream().mapToLong(fact -> fact.body().length).sum();
    if (!page.last() && heldBytes <= MAX_HELD_BYTES) {
      return;
    }
    printedPages = !page.last();
    for (WatchInitial complete : held) {
      complete.facts().forEach(fact -> printFirst(fact, complete.node()));
    }
    held.clear();
    heldBytes = 0;
    if (page.last()) {
      printMark(page.revision(), page.node());
      report(page.revision());
    }
    flush();
  }

  @Override
  public void onBatch(WatchBatch batch) {
    for (WatchEvent event : batch.events()) {
      print(event, batch.node());
    }
    flush();
    if (!batch.partial()) {
      report(batch.revision());
    }
  }

  @Override
  public void onProgress(WatchProgress mark) {
    printMark(mark.revision(), mark.node());
    flush();
    report(mark.revision());
  }

  @Override
  public void onStatus(WatchStatus status) {
    WatchState state = status.state();
    if (state == WatchState.CATCHING_UP || state == WatchState.LIVE) {
      begun.complete(null);
    }
    if (json
        && state == WatchState.COMPACTED
        && status.cause().orElse(null) instanceof CompactedException compacted) {
      line(Json.object().put("revision", compacted.floor()), "COMPACTED", status.endpoint());
      flush();
    }
    boolean passing =
        state == WatchState.CATCHING_UP
            || state == WatchState.LIVE
            || state == WatchState.RECONNECTING;
    if (!json && passing && !done.isDone()) {
      say(status);
    }
  }

  @Override
  public void onReportRefused(SteleException reason) {
    terminal.err().println("stele: a report was refused: " + Printable.of(reason.getMessage()));
    terminal.err().flush();
  }

  private void say(WatchStatus status) {
    String cause = status.cause().map(why -> ": " + why.getMessage()).orElse("");
    String state =
        switch (status.state()) {
          case CATCHING_UP -> "catching up at " + status.endpoint();
          case LIVE -> "live at " + status.endpoint();
          default -> "reconnecting" + cause;
        };
    terminal.err().println("stele: " + Printable.of(state));
    terminal.err().flush();
  }

  private void report(long revision) {
    Watch watch = named;
    if (watch != null && revision > 0 && !done.isDone()) {
      watch.applied(revision);
    }
  }

  private void printFirst(Fact<byte[]> fact, String node) {
    if (!take()) {
      return;
    }
    String key = fact.key().text();
    if (json) {
      ObjectNode line = Json.object().put("revision", fact.modRevision());
      line.put("type", "PUT").put("key", key).set("body", bodies.of(fact));
      terminal.out().println(Json.write(line.put("node", node).put("initial", true)));
    } else {
      row(fact.modRevision(), "FACT", key, Json.write(bodies.of(fact)));
    }
    given();
  }

  private void print(WatchEvent event, String node) {
    if (!take()) {
      return;
    }
    String key = event.key().text();
    Optional<JsonNode> body = event.fact().map(bodies::of);
    Optional<JsonNode> previous = event.previous().map(bodies::of);
    if (json) {
      ObjectNode line = Json.object().put("revision", event.revision());
      line.put("type", event.type().name()).put("key", key);
      body.ifPresent(shown -> line.set("body", shown));
      previous.ifPresent(shown -> line.set("previous", shown));
      terminal.out().println(Json.write(line.put("node", node)));
    } else {
      String was = previous.map(shown -> "  was " + Json.write(shown)).orElse("");
      row(event.revision(), event.type().name(), key, body.map(Json::write).orElse("-") + was);
    }
    given();
  }

  private void printMark(long revision, String node) {
    if (json && !done.isDone()) {
      line(Json.object().put("revision", revision), "PROGRESS", node);
    }
  }

  private void line(ObjectNode line, String type, String node) {
    terminal.out().println(Json.write(line.put("type", type).put("node", node)));
  }

  private void row(long revision, String type, String key, String body) {
    if (!headed) {
      headed = true;
      terminal.out().println(cells("REVISION", "TYPE", "KEY", "BODY"));
    }
    terminal.out().println(cells(Long.toString(revision), type, key, body));
  }

  private static String cells(String revision, String type, String key, String body) {
    return String.format(
        "%-8s  %-6s  %-24s  %s", revision, type, Printable.of(key), Printable.of(body));
  }

  private boolean take() {
    return !done.isDone();
  }

  private void given() {
    left--;
    if (left == 0) {
      terminal.out().flush();
      done.complete(null);
    }
  }

  /** Whoever reads has gone away: that is their way to end it. */
  private void flush() {
    if (terminal.out().checkError()) {
      done.complete(null);
    }
  }
}
