// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.cli.output.Json;
import dev.stele.client.StoreClient;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Mixin;

/** A command that asks the cluster. */
public abstract class StoreCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private StoreOptions store = new StoreOptions();

  protected StoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public final Integer call() throws Exception {
    prepare();
    try (StoreClient client = store.open(terminal)) {
      return run(client);
    }
  }

  /** Looks at the arguments and reads files, before anything is connected. */
  protected void prepare() throws Exception {}

  /** Does it; gives the exit code. */
  protected abstract int run(StoreClient client) throws Exception;

  protected final Terminal terminal() {
    return terminal;
  }

  /** How long a request may take. */
  protected final Duration timeout() {
    return store.timeout();
  }

  protected final boolean isJson() {
    return output.isJson();
  }

  /** One line on standard output. */
  protected final void print(String line) {
    terminal.out().println(line);
  }

  /** One JSON document on standard output. */
  protected final void print(JsonNode document) {
    print(Json.write(document));
  }

  /**
   * The result, or what the request failed with. Requests end by themselves within their timeout.
   */
  protected static <T> T await(CompletableFuture<T> request) throws Exception {
    try {
      return request.get();
    } catch (ExecutionException failure) {
      if (Failures.unwrapped(failure) instanceof Exception cause) {
        throw cause;
      }
      throw failure;
    }
  }
}
