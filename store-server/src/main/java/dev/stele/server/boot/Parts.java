// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import dev.stele.server.admission.report.ReportSettings;
import dev.stele.server.boot.config.StoreConfig;
import dev.stele.server.consensus.ConsensusNode;
import dev.stele.server.consensus.ConsensusSettings;
import dev.stele.server.janitor.CompactionPolicy;
import dev.stele.server.janitor.DrainFeed;
import dev.stele.server.janitor.Janitor;
import dev.stele.server.lease.LeaseFeed;
import dev.stele.server.lease.LeaseKeeper;
import dev.stele.server.port.ChangeListener;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import dev.stele.server.storage.FlushScheduler;
import dev.stele.server.storage.NativeLibrary;
import dev.stele.server.storage.Reclaimer;
import dev.stele.server.storage.RocksStateStore;
import dev.stele.server.storage.StorageSettings;
import dev.stele.server.watch.NamedWatchers;
import dev.stele.server.watch.WatchFeed;
import dev.stele.server.watch.WatchHub;
import dev.stele.server.watch.WatchSettings;
import dev.stele.server.watch.applied.WatcherRegistry;
import dev.stele.server.wire.ApiServer;
import dev.stele.server.wire.ApiSettings;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.http.HttpEndpoint;
import dev.stele.server.wire.http.HttpSettings;
import dev.stele.server.wire.intake.IntakeLimits;
import dev.stele.server.wire.watch.WatchEncoder;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** What a running node consists of, and the orders in which it is opened and closed. */
record Parts(
    DataDirectory directory,
    NodeMeters meters,
    RocksStateStore store,
    FlushScheduler flushes,
    Reclaimer reclaimer,
    ConsensusNode consensus,
    LeaseKeeper leases,
    Janitor janitor,
    WatchHub watches,
    ApiServer api,
    HttpEndpoint http) {
  /** More would keep a machine from shutting down. */
  private static final Duration LONGEST_HANDOVER = Duration.ofMinutes(1);

  private static final int GENERATED_SECRET_BYTES = 32;

  private static final WatchSettings WATCHES =
      WatchSettings.forHeap(Runtime.getRuntime().maxMemory());

  /**
   * Opens everything, the disk first and the listeners last, so that nobody is let in before there
   * is something to answer with.
   *
   * @throws StartException when a part can't be opened; those before it are closed again
   */
  static Parts open(StoreConfig config, StoreServer.Options options, FaultPolicy faults) {
    Closing opened = new Closing();
    try {
      return open(config, options, faults, opened);
    } catch (IOException | RuntimeException e) {
      try {
        opened.run();
      } catch (RuntimeException closing) {
        e.addSuppressed(closing);
      }
      if (e instanceof StartException refused) {
        throw refused;
      }
      throw new StartException("node " + config.node().id() + " can't start: " + e.getMessage(), e);
    }
  }

  private static Parts open(
      StoreConfig config, StoreServer.Options options, FaultPolicy faults, Closing opened)
      throws IOException {
    DataDirectory directory =
        DataDirectory.open(config.node().dataDir(), config.cluster().name(), config.node().id());
    opened.first(directory::close);
    NodeMeters meters = NodeMeters.open(config.node().id());
    opened.first(meters::close);
    StorageSettings storage = storageSettings(config.storage());
    RocksStateStore store = store(directory, storage, meters);
    opened.first(store::close);
    DurableRelay durable = new DurableRelay();
    FlushScheduler flushes =
        FlushScheduler.start(store, storage, options.ticker(), faults, durable);
    opened.first(flushes::close);
    WatchFeed feed = new WatchFeed(WATCHES, options.ticker(), store.meta().revision());
    Reclaimer reclaimer = Reclaimer.start(store, feed, options.ticker(), faults);
    opened.first(reclaimer::close);
    LeaseFeed leaseFeed = new LeaseFeed();
    DrainFeed drainFeed = new DrainFeed();
    PeerIdentity identity = identity(config);
    ConsensusSettings raft = consensusSettings(config, directory);
    ConsensusNode consensus =
        consensus(raft, options, faults, store, identity, meters, all(feed, leaseFeed, drainFeed));
    opened.first(consensus::kill);
    durable.to(consensus);
    LeaseKeeper leases = leases(leaseFeed, store, consensus, options.ticker(), meters, faults);
    opened.first(leases::close);
    Janitor janitor = janitor(drainFeed, config, store, consensus, options, meters, faults);
    opened.first(janitor::close);
    // Only now: until Raft and the store have made their files, an empty folder is no loss.
    directory.used();
    WatcherRegistry named = named(config, options);
    WatchHub watches = watches(feed, store, consensus, named, options.ticker(), meters, faults);
    opened.first(watches::close);
    WireContext context =
        new WireContext(
            config.node().id(),
            config.cluster().nodes(),
            store,
            consensus.log(),
            consensus.reads(),
            consensus.leadership(),
            consensus.peerAnswers(),
            watches,
            named,
            leases,
            reportSettings(config.members()),
            identity,
            options.ticker(),
            meters.registry(),
            BuildVersion.text(),
            faults);
    ApiServer api = ApiServer.start(apiSettings(config), context, options.network());
    opened.first(api::close);
    HttpEndpoint http = http(config, context, api, meters, options);
    return new Parts(
        directory, meters, store, flushes, reclaimer, consensus, leases, janitor, watches, api,
        http);
  }

  private static RocksStateStore store(
      DataDirectory directory, StorageSettings settings, NodeMeters meters) throws IOException {
    NativeLibrary.load(directory.libraries());
    RocksStateStore store = RocksStateStore.open(directory.store(), settings);
    meters.watch(store);
    return store;
  }

  private static ConsensusNode consensus(
      ConsensusSettings settings,
      StoreServer.Options options,
      FaultPolicy faults,
      StateStore store,
      PeerIdentity identity,
      NodeMeters meters,
      ChangeListener changes)
      throws IOException {
    return ConsensusNode.start(
        settings,
        store,
        identity,
        options.ticker(),
        meters.registry(),
        faults,
        changes,
        options.network());
  }

  private static WatcherRegistry named(StoreConfig config, StoreServer.Options options) {
    return new WatcherRegistry(config.node().id(), new SecureRandom().nextLong(), options.ticker());
  }

  private static ChangeListener all(ChangeListener... listeners) {
    return (changes, meta) -> {
      for (ChangeListener listener : listeners) {
        listener.committed(changes, meta);
      }
    };
  }

  private static LeaseKeeper leases(
      LeaseFeed feed,
      StateStore store,
      ConsensusNode consensus,
      Ticker ticker,
      NodeMeters meters,
      FaultPolicy faults) {
    return LeaseKeeper.start(
        new LeaseKeeper.Setup(
            feed,
            consensus.log(),
            consensus.leadership(),
            consensus.confirmations(),
            store,
            ticker,
            faults,
            meters.registry()));
  }

  private static Janitor janitor(
      DrainFeed feed,
      StoreConfig config,
      StateStore store,
      ConsensusNode consensus,
      StoreServer.Options options,
      NodeMeters meters,
      FaultPolicy faults) {
    StoreConfig.Compaction history = config.compaction();
    return Janitor.start(
        new Janitor.Setup(
            feed,
            new CompactionPolicy(history.keepAge(), history.keepRevisions()),
            consensus.log(),
            consensus.leadership(),
            store,
            options.ticker(),
            faults,
            meters.registry()));
  }

  private static WatchHub watches(
      WatchFeed feed,
      StateStore store,
      ConsensusNode consensus,
      NamedWatchers named,
      Ticker ticker,
      NodeMeters meters,
      FaultPolicy faults) {
    return WatchHub.start(
        new WatchHub.Setup(
            feed,
            store,
            consensus.reads(),
            consensus.leadership(),
            new WatchEncoder(),
            named,
            WATCHES,
            ticker,
            meters.registry(),
            faults));
  }

  /**
   * Closes in an orderly way. Leadership goes first, while this node still forwards to whoever has
   * it next: clients see a new leader, and no error.
   */
  void close() {
    new Closing()
        .then(consensus::handOver)
        // Streams have no end of their own that the listener could wait for.
        .then(watches::stop)
        .then(api::close)
        .then(watches::close)
        .then(janitor::close)
        .then(leases::close)
        .then(consensus::kill)
        .then(reclaimer::close)
        .then(flushes::close)
        .then(store::flush)
        .then(http::close)
        .then(store::close)
        .then(meters::close)
        .then(directory::close)
        .run();
  }

  /** Closes as a lost process would, as far as a part of one can: nothing is flushed or told. */
  void kill() {
    new Closing()
        .then(consensus::kill)
        .then(watches::close)
        .then(api::kill)
        .then(janitor::close)
        .then(leases::close)
        .then(http::close)
        .then(reclaimer::close)
        .then(flushes::close)
        .then(store::close)
        .then(meters::close)
        .then(directory::close)
        .run();
  }

  private static StorageSettings storageSettings(StoreConfig.Storage storage) {
    return new StorageSettings(
        storage.writeBufferBytes(),
        storage.blockCacheBytes(),
        storage.rowCacheBytes(),
        storage.compression(),
        storage.backgroundJobs(),
        storage.flushCommands(),
        storage.flushBytes(),
        storage.flushInterval().toMillis());
  }

  private static ConsensusSettings consensusSettings(StoreConfig config, DataDirectory directory) {
    StoreConfig.Raft raft = config.raft();
    Duration stop = config.node().stopTimeout();
    return new ConsensusSettings(
        config.cluster().name(),
        config.node().id(),
        config.cluster().nodes(),
        raft.listen().toString(),
        directory.raft(),
        raft.electionTimeoutMin(),
        raft.electionTimeoutMax(),
        raft.segmentBytes(),
        raft.minFreeSpaceBytes(),
        stop.compareTo(LONGEST_HANDOVER) < 0 ? stop : LONGEST_HANDOVER,
        config.cluster().kinds());
  }

  private static ApiSettings apiSettings(StoreConfig config) {
    ApiSettings defaults =
        ApiSettings.at(config.api().listen().host(), config.api().listen().port());
    return new ApiSettings(
        defaults.host(),
        defaults.port(),
        defaults.eventLoops(),
        defaults.readers(),
        defaults.maxCallsPerConnection(),
        defaults.maxMetadataBytes(),
        limits(config.api().maxConnections(), defaults.limits()),
        config.node().stopTimeout());
  }

  private static IntakeLimits limits(int maxConnections, IntakeLimits defaults) {
    return maxConnections == 0 ? defaults : defaults.withConnections(maxConnections);
  }

  private static HttpEndpoint http(
      StoreConfig config,
      WireContext context,
      ApiServer api,
      NodeMeters meters,
      StoreServer.Options options)
      throws IOException {
    return HttpEndpoint.start(
        httpSettings(config), context, api.readiness(), meters.registry(), options.network());
  }

  private static ReportSettings reportSettings(StoreConfig.Members members) {
    return new ReportSettings(
        members.reportThresholdPercent(),
        members.reportInterval(),
        members.reportWritesPerSecond());
  }

  private static HttpSettings httpSettings(StoreConfig config) {
    return new HttpSettings(config.http().listen().host(), config.http().listen().port());
  }

  /** A node by itself has no peers; a secret that nobody knows keeps it so. */
  private static PeerIdentity identity(StoreConfig config) {
    String secret = config.cluster().secret();
    if (secret.isEmpty()) {
      byte[] random = new byte[GENERATED_SECRET_BYTES];
      new SecureRandom().nextBytes(random);
      secret = HexFormat.of().formatHex(random);
    }
    return new PeerIdentity(config.node().id(), secret);
  }

  /** Flushes may end before consensus runs, and what they tell is of use to nobody then. */
  private static final class DurableRelay implements Consumer<LogPosition> {
    private final AtomicReference<Consumer<LogPosition>> target =
        new AtomicReference<>(position -> {});

    void to(ConsensusNode consensus) {
      target.set(consensus::durable);
    }

    @Override
    public void accept(LogPosition position) {
      target.get().accept(position);
    }
  }
}
