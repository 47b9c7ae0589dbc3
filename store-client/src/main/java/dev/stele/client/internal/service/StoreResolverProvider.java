// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.service;

import dev.stele.client.StoreClient;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.URI;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Has gRPC channels understand {@code stele:///host:port,host:port/service}: the store's endpoints,
 * then the service whose endpoints the channel is to follow. The endpoints are the first segment of
 * the path, for an authority may hold one only (RFC 3986, 3.2); one may stand there too, {@code
 * stele://host:port/service}. Found by gRPC itself, by its name in {@code META-INF/services}.
 */
public final class StoreResolverProvider extends NameResolverProvider {
  static final String SCHEME = "stele";

  /** Below that of DNS, so that targets without a scheme are what they were. */
  private static final int PRIORITY = 4;

  private final SharedStores stores;

  /** As gRPC makes it. */
  public StoreResolverProvider() {
    this(StoreClient::connect);
  }

  StoreResolverProvider(Function<String, StoreClient> connect) {
    this.stores = new SharedStores(connect);
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return PRIORITY;
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  /**
   * A resolver of this target; null when it is another's.
   *
   * @throws IllegalArgumentException when it names no endpoints or no service
   */
  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    String authority = target.getAuthority();
    String path = target.getPath();
    String rest = (authority == null ? "" : "/" + authority) + (path == null ? "" : path);
    int split = rest.indexOf('/', 1);
    if (split < 2 || split + 1 == rest.length()) {
      throw new IllegalArgumentException(
          "target is '" + target + "', stele:///host:port,host:port/service is needed");
    }
    return new StoreResolver(stores, rest.substring(1, split), rest.substring(split + 1), args);
  }
}
