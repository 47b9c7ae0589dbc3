// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.service;

import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Facts;
import dev.stele.client.ListOptions;
import dev.stele.client.ServiceListener;
import dev.stele.client.ServiceWatch;
import dev.stele.client.Services;
import dev.stele.client.Watch;
import dev.stele.client.internal.mirror.Mirror;
import dev.stele.client.internal.mirror.Viewer;
import dev.stele.client.internal.watch.Watches;
import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.Kinds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** All services, as a client asks for them. Thread-safe. */
public final class DefaultServices implements Services {
  private final Facts facts;
  private final Watches watches;

  /** Services. */
  public DefaultServices(Facts facts, Watches watches) {
    this.facts = facts;
    this.watches = watches;
  }

  @Override
  public CompletableFuture<Map<String, Endpoint>> resolve(String service) {
    List<Fact<Endpoint>> found = new ArrayList<>();
    return facts
        .forEach(Kinds.ENDPOINT, service + "/", ListOptions.defaults(), found::add)
        .thenApply(walked -> instances(service, found));
  }

  @Override
  public ServiceWatch watch(String service, ServiceListener listener) {
    Watch watch =
        Mirror.follow(watches, Kinds.ENDPOINT, service + "/", new Told(service, listener));
    return watch::close;
  }

  /** By what is behind the service's name, in the order of keys. */
  private static Map<String, Endpoint> instances(
      String service, Collection<Fact<Endpoint>> endpoints) {
    Map<String, Endpoint> instances = new LinkedHashMap<>();
    for (Fact<Endpoint> fact : endpoints) {
      Endpoint endpoint = fact.body();
      // Of a service a/b everything lies below a/ too; only the body tells them apart.
      if (endpoint.service().isEmpty() || endpoint.service().equals(service)) {
        instances.put(fact.key().name().substring(service.length() + 1), endpoint);
      }
    }
    return Collections.unmodifiableMap(instances);
  }

  /** Passes on what changes something for who follows one service. */
  private static final class Told implements Viewer<Endpoint> {
    private final String service;
    private final ServiceListener listener;
    private @Nullable Map<String, Endpoint> last;

    Told(String service, ServiceListener listener) {
      this.service = service;
      this.listener = listener;
    }

    @Override
    public void onFacts(SortedMap<FactKey<Endpoint>, Fact<Endpoint>> all, long revision) {
      Map<String, Endpoint> now = instances(service, all.values());
      if (!now.equals(last)) {
        last = now;
        listener.onEndpoints(now, revision);
      }
    }

    @Override
    public void onTrouble(Throwable cause) {
      listener.onTrouble(String.valueOf(cause.getMessage()));
    }

    @Override
    public void onEnd(Optional<Throwable> cause) {
      cause.ifPresent(listener::onEnd);
    }
  }
}
