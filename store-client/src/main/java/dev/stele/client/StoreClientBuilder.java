// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.internal.ClientSettings;
import dev.stele.client.internal.DefaultStoreClient;
import dev.stele.client.internal.link.Addresses;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/** Settings of a {@link StoreClient}. Not thread-safe. */
public final class StoreClientBuilder {
  /** The longest {@link #requestTimeout}. */
  public static final Duration MAX_REQUEST_TIMEOUT = Duration.ofSeconds(60);

  /** The most {@link #endpoints}. */
  public static final int MAX_ENDPOINTS = 64;

  private List<String> endpoints = List.of();
  private Duration requestTimeout = Duration.ofSeconds(5);
  private Duration connectTimeout = Duration.ofSeconds(1);
  private RetryBudget retryBudget = RetryBudget.standard();
  private boolean sessions = true;
  private Executor callbackExecutor = Runnable::run;
  private Optional<Executor> watchExecutor = Optional.empty();
  private ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

  StoreClientBuilder() {}

  /**
   * Where the cluster's nodes are: {@code host:port}, split by commas, at least one and at most 64.
   *
   * @throws IllegalArgumentException when one of them is none
   */
  public StoreClientBuilder endpoints(String commaSeparated) {
    return endpoints(List.of(commaSeparated.split(",", -1)));
  }

  /**
   * Where the cluster's nodes are: {@code host:port}, at least one and at most 64.
   *
   * @throws IllegalArgumentException when one of them is none
   */
  public StoreClientBuilder endpoints(List<String> hostAndPort) {
    Set<String> checked = new LinkedHashSet<>();
    for (String endpoint : hostAndPort) {
      checked.add(checkEndpoint(endpoint.strip()));
    }
    if (checked.isEmpty() || checked.size() > MAX_ENDPOINTS) {
      throw new IllegalArgumentException(
          checked.size() + " endpoints, 1 to " + MAX_ENDPOINTS + " are allowed");
    }
    endpoints = new ArrayList<>(checked);
    return this;
  }

  private static String checkEndpoint(String endpoint) {
    if (!Addresses.isAddress(endpoint)) {
      throw new IllegalArgumentException("endpoint is not host:port: '" + endpoint + "'");
    }
    return endpoint;
  }

  /**
   * How long a request may take with all its retries: above zero, at most 60 s; 5 s by default. It
   * should outlast an election: a write whose answer was lost is found out about until then.
   */
  public StoreClientBuilder requestTimeout(Duration timeout) {
    requestTimeout = checkTimeout("requestTimeout", timeout);
    return this;
  }

  /** How long a connection may take: above zero, at most 60 s; 1 s by default. */
  public StoreClientBuilder connectTimeout(Duration timeout) {
    connectTimeout = checkTimeout("connectTimeout", timeout);
    return this;
  }

  private static Duration checkTimeout(String name, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_REQUEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          name
              + " is "
              + timeout
              + ", above zero and up to "
              + MAX_REQUEST_TIMEOUT
              + " is allowed");
    }
    return timeout;
  }

  /** How many retries all requests may make together. */
  public StoreClientBuilder retryBudget(RetryBudget budget) {
    retryBudget = Objects.requireNonNull(budget, "budget");
    return this;
  }

  /**
   * Whether writes are made under client sessions, which they are by default. A write under a
   * session takes effect once however often it is sent, so the client sends it again when an answer
   * is lost, until {@link #requestTimeout} is over.
   *
   * <p>Without them the first write needs no hello before it, and the store keeps no answers for
   * this client. What is lost: a write whose answer does not come is never sent again but fails
   * with {@link dev.stele.client.error.OutcomeUnknownException} at once, and one that a silent node
   * holds waits for that node until its time is over.
   */
  public StoreClientBuilder sessions(boolean on) {
    sessions = on;
    return this;
  }

  /**
   * Where futures complete and visitors run. By default that is the transport thread, which costs
   * no hand-over and must not block. The executor stays yours; it is not shut down.
   */
  public StoreClientBuilder callbackExecutor(Executor executor) {
    callbackExecutor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * Where the listeners of watches run. By default on threads of the client's own: as many as there
   * are processors, and more while listeners block. The executor stays yours; it is not shut down.
   */
  public StoreClientBuilder watchExecutor(Executor executor) {
    watchExecutor = Optional.of(executor);
    return this;
  }

  /**
   * Observes each request as {@code stele.client.requests} with {@code method} and {@code outcome}.
   */
  public StoreClientBuilder observationRegistry(ObservationRegistry registry) {
    observationRegistry = Objects.requireNonNull(registry, "registry");
    return this;
  }

  /**
   * The client. Nothing is connected before the first request.
   *
   * @throws IllegalStateException when no endpoints were given
   */
  public StoreClient build() {
    if (endpoints.isEmpty()) {
      throw new IllegalStateException("no endpoints");
    }
    ClientSettings settings =
        new ClientSettings(
            List.copyOf(endpoints),
            requestTimeout,
            connectTimeout,
            retryBudget,
            sessions,
            callbackExecutor,
            watchExecutor,
            observationRegistry);
    return DefaultStoreClient.open(settings);
  }
}
