// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.stele.server.port.Network;
import dev.stele.server.wire.Readiness;
import dev.stele.server.wire.WireContext;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP listener: metrics, health and version, for probes and people.
 *
 * <p>It has threads of its own, so that a slow scraper delays no one but other scrapers.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);

  /** Requests that are answered at one time. */
  static final int THREADS = 2;

  /** Requests that wait for that; more are cut off. */
  static final int QUEUE_MAX = 64;

  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ThreadPoolExecutor threads;

  private HttpEndpoint(HttpServer server, ThreadPoolExecutor threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts to listen.
   *
   * @param readiness shown at {@code /readyz}
   * @param metrics shown at {@code /metrics}
   * @throws IOException when the address can't be bound
   */
  public static HttpEndpoint start(
      HttpSettings settings,
      WireContext context,
      Readiness readiness,
      PrometheusMeterRegistry metrics)
      throws IOException {
    return start(settings, context, readiness, metrics, Network.REAL);
  }

  /** The same where requests arrive over {@code network}, so that tests can hold nodes up. */
  public static HttpEndpoint start(
      HttpSettings settings,
      WireContext context,
      Readiness readiness,
      PrometheusMeterRegistry metrics,
      Network network)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    requireFree(address);
    HttpServer server = HttpServer.create(address, BACKLOG);
    ThreadPoolExecutor threads = threads();
    Pages pages = new Pages(context, readiness, metrics);
    server.setExecutor(threads);
    server.createContext(
        "/",
        held(
            network.lane(context.selfId(), Optional::empty),
            new Routes(
                Map.of(
                    "/metrics", pages::metrics,
                    "/livez", pages::live,
                    "/readyz", pages::ready,
                    "/version", pages::version))));
    server.start();
    HttpEndpoint endpoint = new HttpEndpoint(server, threads);
    log.atInfo()
        .addKeyValue("node", context.selfId())
        .addKeyValue("host", settings.host())
        .addKeyValue("port", endpoint.port())
        .log("HTTP listener started");
    return endpoint;
  }

  /** The JDK's server does not close its socket when the address is taken; this one is closed. */
  private static void requireFree(InetSocketAddress address) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(address);
    }
  }

  /** Answers when the lane lets the request through: at once, unless the node is paused. */
  private static HttpHandler held(Executor lane, HttpHandler routes) {
    return exchange -> {
      CountDownLatch passed = new CountDownLatch(1);
      lane.execute(passed::countDown);
      try {
        passed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the listener was closed");
      }
      routes.handle(exchange);
    };
  }

  private static ThreadPoolExecutor threads() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        THREADS,
        THREADS,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(QUEUE_MAX),
        task -> {
          Thread thread = new Thread(task, "stele-http-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** The port that it listens at. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Stops listening, and cuts off what is under way. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
