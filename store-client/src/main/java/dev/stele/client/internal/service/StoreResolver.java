// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.service;

import dev.stele.client.ServiceListener;
import dev.stele.client.ServiceWatch;
import dev.stele.client.StoreClient;
import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.link.Addresses;
import dev.stele.client.kind.Endpoint;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import io.grpc.SynchronizationContext.ScheduledHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the endpoints of one service for a channel. Once it has told any, it tells of others only
 * when the store says so: while the store is away the channel keeps what it has.
 *
 * <p>An endpoint of weight 0 gets no calls; other weights are left to whoever balances by more than
 * addresses.
 *
 * <p>Its state is of the channel's context; only hosts are looked up where listeners of watches
 * run, since that may take long.
 */
final class StoreResolver extends NameResolver {
  /** A watch that was refused, and not just held up, is begun anew after so long. */
  static final long AGAIN_SECONDS = 2;

  private static final Logger LOG = LoggerFactory.getLogger(StoreResolver.class);

  private final SharedStores stores;
  private final String endpoints;
  private final String service;
  private final SynchronizationContext context;
  private final ScheduledExecutorService timer;
  private @Nullable StoreClient store;
  private @Nullable Listener2 listener;
  private @Nullable ServiceWatch watch;
  private @Nullable ScheduledHandle again;
  private boolean told;
  private boolean shutdown;

  StoreResolver(SharedStores stores, String endpoints, String service, Args args) {
    this.stores = stores;
    this.endpoints = endpoints;
    this.service = service;
    this.context = args.getSynchronizationContext();
    this.timer = args.getScheduledExecutorService();
  }

  @Override
  public String getServiceAuthority() {
    return URLEncoder.encode(service, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void start(Listener2 to) {
    listener = to;
    try {
      store = stores.take(endpoints);
    } catch (IllegalArgumentException wrong) {
      to.onError(Status.INVALID_ARGUMENT.withDescription(wrong.getMessage()).withCause(wrong));
      return;
    }
    begin();
  }

  private void begin() {
    StoreClient from = store;
    if (from != null && !shutdown) {
      watch = from.services().watch(service, new Follower());
    }
  }

  /** Nothing to do: whatever is new has been told. */
  @Override
  public void refresh() {}

  @Override
  public void shutdown() {
    shutdown = true;
    if (again != null) {
      again.cancel();
    }
    if (watch != null) {
      watch.close();
    }
    if (store != null) {
      store = null;
      stores.giveBack(endpoints);
    }
  }

  private void tell(StatusOr<List<EquivalentAddressGroup>> result) {
    Listener2 to = listener;
    if (to != null && !shutdown) {
      told = true;
      Status taken =
          to.onResult2(ResolutionResult.newBuilder().setAddressesOrError(result).build());
      if (!taken.isOk()) {
        LOG.atDebug()
            .addKeyValue("service", service)
            .addKeyValue("status", taken)
            .log("a channel does not take its endpoints");
      }
    }
  }

  private void tellUnlessKnown(String why) {
    if (!told) {
      tell(unavailable(why));
      told = false;
    }
  }

  private StatusOr<List<EquivalentAddressGroup>> unavailable(String why) {
    return StatusOr.fromStatus(
        Status.UNAVAILABLE.withDescription("service " + service + " at " + endpoints + ": " + why));
  }

  private void ended(Throwable cause) {
    LOG.atWarn()
        .setCause(cause)
        .addKeyValue("service", service)
        .log("the endpoints of a service can't be followed, beginning anew");
    StoreClient from = store;
    if (shutdown || from == null) {
      return;
    }
    if (cause instanceof WrongEpochException) {
      // All that it knows is replaced by what it is told next.
      from.forgetEpoch();
    }
    tellUnlessKnown(String.valueOf(cause.getMessage()));
    again = context.schedule(this::begin, AGAIN_SECONDS, TimeUnit.SECONDS, timer);
  }

  /** From the watch's threads to the channel's context. */
  private final class Follower implements ServiceListener {
    @Override
    public void onEndpoints(Map<String, Endpoint> instances, long revision) {
      List<EquivalentAddressGroup> groups = groups(instances.values());
      String why = instances.isEmpty() ? "it has no endpoints" : "none of its endpoints is usable";
      context.execute(() -> tell(groups.isEmpty() ? unavailable(why) : StatusOr.fromValue(groups)));
    }

    @Override
    public void onTrouble(String message) {
      context.execute(() -> tellUnlessKnown(message));
    }

    @Override
    public void onEnd(Throwable cause) {
      context.execute(() -> ended(cause));
    }
  }

  private static List<EquivalentAddressGroup> groups(Collection<Endpoint> instances) {
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    for (Endpoint endpoint : instances) {
      if (endpoint.weight() > 0 && Addresses.isAddress(endpoint.address())) {
        List<SocketAddress> addresses = addresses(endpoint.address());
        if (!addresses.isEmpty()) {
          groups.add(new EquivalentAddressGroup(addresses));
        }
      }
    }
    return groups;
  }

  private static List<SocketAddress> addresses(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    int port = Integer.parseInt(hostAndPort.substring(colon + 1));
    List<SocketAddress> addresses = new ArrayList<>();
    try {
      for (InetAddress address : InetAddress.getAllByName(hostAndPort.substring(0, colon))) {
        addresses.add(new InetSocketAddress(address, port));
      }
    } catch (UnknownHostException e) {
      LOG.atWarn().addKeyValue("endpoint", hostAndPort).setCause(e).log("a host is not known");
    }
    return addresses;
  }
}
