// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import dev.stele.server.boot.StartException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A cluster for tests with JUnit Jupiter, and the faults to try on it.
 *
 * <pre>{@code
 * @RegisterExtension static final StoreExtension STORE = StoreExtension.nodes(3).build();
 * }</pre>
 *
 * <p>In a static field, or by {@code @ExtendWith(StoreExtension.class)} on the class, the cluster
 * is one for all tests of the class: after each test what was broken is mended (nodes that are
 * paused go on, links are healed, nodes that are down start again), and facts stay. In an instance
 * field each test gets a cluster of its own, without facts.
 *
 * <p>Parameters of tests and of their set-up methods may be a {@link LocalCluster}, this extension,
 * or a {@code String} with {@link Endpoints}. Nodes are told by their number, from 0. Tests that
 * share one extension must not run at the same time.
 */
public final class StoreExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  /** How many nodes there are unless it is said. */
  public static final int DEFAULT_NODES = 3;

  /** How long the cluster may take to be whole again after a test. */
  public static final Duration MEND_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration LEADER_TIMEOUT = Duration.ofSeconds(30);

  private final int nodes;
  private final Map<String, String> settings;
  private @Nullable LocalCluster cluster;

  /** Who started the cluster, and so ends it: a class or a test. */
  private @Nullable String owner;

  /** Where clients reach the cluster: {@code host:port,host:port,…}. */
  @Target(ElementType.PARAMETER)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Endpoints {}

  /** Three nodes with the defaults; JUnit calls it for {@code @ExtendWith}. */
  public StoreExtension() {
    this(DEFAULT_NODES, Map.of());
  }

  private StoreExtension(int nodes, Map<String, String> settings) {
    this.nodes = nodes;
    this.settings = Map.copyOf(settings);
  }

  /** For a cluster of so many nodes, 1 to 9. */
  public static Builder nodes(int count) {
    return new Builder(count);
  }

  /** What the cluster is to be like. */
  public static final class Builder {
    private final int nodes;
    private final Map<String, String> settings = new TreeMap<>();

    private Builder(int nodes) {
      this.nodes = nodes;
    }

    /** Sets a key of the configuration at every node, as {@link LocalCluster#start(int, Map)}. */
    public Builder set(String key, String value) {
      settings.put(key, value);
      return this;
    }

    public StoreExtension build() {
      return new StoreExtension(nodes, settings);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    startFor(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws InterruptedException {
    startFor(context);
  }

  private void startFor(ExtensionContext context) throws InterruptedException {
    if (cluster == null) {
      cluster = LocalCluster.start(nodes, settings);
      owner = context.getUniqueId();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    if (!endFor(context)) {
      mend();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    endFor(context);
  }

  private boolean endFor(ExtensionContext context) {
    if (!context.getUniqueId().equals(owner)) {
      return false;
    }
    LocalCluster ended = cluster();
    cluster = null;
    owner = null;
    ended.close();
    return true;
  }

  /**
   * Mends what tests broke, and waits until all nodes serve.
   *
   * @throws StartException when that takes longer than {@link #MEND_TIMEOUT}
   */
  public void mend() throws InterruptedException {
    LocalCluster broken = cluster();
    broken.heal();
    for (int node = 0; node < broken.size(); node++) {
      broken.resume(node);
      if (!broken.isRunning(node)) {
        broken.restart(node);
      }
    }
    if (!broken.awaitReady(MEND_TIMEOUT)) {
      throw new StartException(
          "the cluster was not whole again within " + MEND_TIMEOUT.toSeconds() + " s");
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == LocalCluster.class
        || type == StoreExtension.class
        || (type == String.class && parameter.isAnnotated(Endpoints.class));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == LocalCluster.class) {
      return cluster();
    }
    return type == String.class ? endpoints() : this;
  }

  /**
   * The cluster itself.
   *
   * @throws IllegalStateException when no test runs
   */
  public LocalCluster cluster() {
    LocalCluster running = cluster;
    if (running == null) {
      throw new IllegalStateException("the cluster runs while tests do, and none does");
    }
    return running;
  }

  /** Where clients reach the nodes, those that are down as well: {@code host:port,host:port,…}. */
  public String endpoints() {
    return String.join(",", cluster().endpoints());
  }

  /** Where clients reach one node. */
  public String endpoint(int node) {
    return cluster().endpoints().get(node);
  }

  /**
   * The node that leads; waits for an election if there is none.
   *
   * @throws IllegalStateException when none leads within half a minute
   */
  public int leader() throws InterruptedException {
    return cluster().awaitLeader(LEADER_TIMEOUT);
  }

  /** Stops a node at once, as kill -9 does: {@link LocalCluster#kill}. */
  public void kill(int node) {
    cluster().kill(node);
  }

  /** Stops a node in an orderly way: {@link LocalCluster#stop}. */
  public void stop(int node) {
    cluster().stop(node);
  }

  /** Starts a node that is down on its data, and returns once it listens. */
  public void restart(int node) {
    cluster().restart(node);
  }

  /** Cuts the link between two nodes, both ways. */
  public void partition(int one, int other) {
    cluster().partition(one, other);
  }

  /** Cuts a node off from all others; clients still reach it. */
  public void isolate(int node) {
    cluster().isolate(node);
  }

  /** Mends all links. */
  public void heal() {
    cluster().heal();
  }

  /** Pauses a node, as far as one JVM allows: {@link LocalCluster#pause}. */
  public void pause(int node) {
    cluster().pause(node);
  }

  /** Lets a node go on that was paused. */
  public void resume(int node) {
    cluster().resume(node);
  }
}
