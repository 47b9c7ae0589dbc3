// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.AfterCommit;
import dev.stele.server.consensus.ConsensusSettings;
import dev.stele.server.consensus.confirm.RaftView;
import dev.stele.server.consensus.propose.Batch;
import dev.stele.server.consensus.propose.EntryLog;
import dev.stele.server.consensus.ratis.transport.TransportSetup;
import dev.stele.server.consensus.ratis.transport.TransportType;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Network;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ratis at this node: its life, its log, and what it knows. */
public final class RatisNode implements EntryLog {
  private static final Logger LOG = LoggerFactory.getLogger(RatisNode.class);
  private static final long CLOSE_TIMEOUT_SECONDS = 20;

  private final ConsensusSettings settings;
  private final RaftGroupId groupId;
  private final String memberId;
  private final Timer syncs;
  private final StoreStateMachine stateMachine;
  private final StateStore store;
  private final FaultPolicy faults;
  private final RaftServer server;
  private final RaftServer.Division division;
  private final RaftClientAsynchronousProtocol writes;
  private final RaftStanding standing;
  private final LogRetention retention;
  private final LeadershipHandover handover;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final Set<Batch> inFlight = ConcurrentHashMap.newKeySet();
  private volatile boolean started;
  private volatile boolean closing;

  /**
   * Opens the node's log without joining in yet. The store stays the caller's: it must be open
   * until this node is closed, and be closed after it.
   *
   * @param identity what this node proves to its peers
   * @param hooks for tests
   * @throws IOException when the directory can't be used
   */
  public RatisNode(
      ConsensusSettings settings,
      PeerIdentity identity,
      StateStore store,
      AfterCommit after,
      Ticker ticker,
      MeterRegistry meters,
      FaultPolicy faults,
      RaftEvents events,
      Hooks hooks)
      throws IOException {
    leaveTheProcessAlone();
    this.settings = settings;
    this.store = store;
    this.faults = faults;
    this.groupId = RaftGroupId.valueOf(UUID.fromString(groupId(settings.clusterName())));
    this.memberId =
        RaftGroupMemberId.valueOf(RaftPeerId.valueOf(settings.selfId()), groupId).toString();
    VoteSync votes = new VoteSync(hooks.disk(), faults);
    this.stateMachine =
        new StoreStateMachine(
            store, after, ticker, meters, faults, events, votes, settings.raftDirectory());
    this.server =
        build(
            hooks,
            new TransportSetup(
                identity,
                groupId.getUuid().toString(),
                settings.raftListen(),
                hooks.network(),
                votes::beforeTelling,
                ticker,
                settings.electionTimeoutMin(),
                settings.electionTimeoutMax()));
    this.division = server.getDivision(groupId);
    // The server would hand each write over to a thread, and wait for it.
    this.writes = division instanceof RaftClientAsynchronousProtocol direct ? direct : server;
    this.standing = new RaftStanding(division, ticker);
    this.retention = new LogRetention(division);
    this.handover =
        new LeadershipHandover(
            server,
            division,
            client,
            callIds::incrementAndGet,
            ticker,
            settings.electionTimeoutMax());
    this.syncs = RatisMeters.bind(memberId, meters);
  }

  /**
   * Ratis ends the process when its port is taken, and replaces the process's handler of uncaught
   * exceptions as soon as the class that does so is loaded. Neither is a library's business.
   */
  private static void leaveTheProcessAlone() {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  /** The id of the Raft group of the cluster with this name. */
  public static String groupId(String clusterName) {
    return UUID.nameUUIDFromBytes(clusterName.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private RaftServer build(Hooks hooks, TransportSetup transport) throws IOException {
    RaftProperties properties = RatisProperties.of(settings);
    hooks.properties().accept(properties);
    Parameters parameters = new Parameters();
    TransportType.set(parameters, transport);
    return RaftServer.newBuilder()
        .setServerId(RaftPeerId.valueOf(settings.selfId()))
        .setGroup(RaftGroup.valueOf(groupId, peers()))
        .setStateMachine(stateMachine)
        // FORMAT, the default, refuses a directory that exists. This one makes one that does not.
        .setOption(RaftStorage.StartupOption.RECOVER)
        .setProperties(properties)
        .setParameters(parameters)
        .build();
  }

  private RaftPeer[] peers() {
    return settings.nodes().stream()
        .map(node -> RaftPeer.newBuilder().setId(node.id()).setAddress(node.raft()).build())
        .toArray(RaftPeer[]::new);
  }

  /**
   * Joins in.
   *
   * @throws DamagedLogException when the log is damaged
   * @throws IOException when the listener's address is taken
   */
  public void start() throws IOException {
    try {
      String group = groupId.getUuid().toString();
      new LogCheck(settings.selfId(), settings.raftDirectory(), group, store.durable()).run();
      server.start();
    } catch (DamagedLogException e) {
      close();
      throw e;
    } catch (IOException | RuntimeException e) {
      close();
      throw new IOException("consensus can't start at " + settings.raftListen(), e);
    }
    standing.started();
    started = true;
  }

  /** What confirm rounds ask. */
  public RaftView view() {
    return standing;
  }

  public Leadership leadership() {
    return standing;
  }

  /** What the store's meta says after the last applied entry. Any thread. */
  public StoreMeta meta() {
    return stateMachine.meta();
  }

  @Override
  public void submit(Batch batch) {
    inFlight.add(batch);
    // On every way out the batch gets a fate; when it has one already, nothing changes.
    CompletableFuture<Batch.Fate> unusedFate =
        batch.fate().whenComplete((fate, never) -> inFlight.remove(batch));
    if (closing) {
      batch.failed("this node is stopping");
      return;
    }
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(groupId)
            .setCallId(callIds.incrementAndGet())
            .setMessage(BatchMessage.of(batch))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      CompletableFuture<RaftClientReply> unusedReply =
          writes
              .submitClientRequestAsync(request)
              .whenComplete((reply, e) -> ended(batch, reply, e));
    } catch (IOException | RuntimeException e) {
      batch.failed(e.toString());
    }
  }

  private static void ended(Batch batch, RaftClientReply reply, Throwable thrown) {
    if (thrown != null) {
      batch.failed(thrown.toString());
    } else if (!reply.isSuccess()) {
      batch.failed(reply.getException().toString());
    } else {
      // It was decided when it was applied, before this reply was made.
      batch.failed("applied by a later leadership of this node");
    }
  }

  /**
   * What has to be done again and again, a few times a second, by one thread: notices a Ratis that
   * closed itself, purges the log, keeps an eye on the leader.
   */
  public void tend() {
    if (!started || closing) {
      return;
    }
    LifeCycle.State state = division.getInfo().getLifeCycleState();
    if (LifeCycle.States.CLOSING_OR_CLOSED_OR_EXCEPTION.contains(state)) {
      if (!closing) {
        faults.fatal("Ratis closed itself", new IllegalStateException("its state is " + state));
      }
      return;
    }
    standing.sampleContact();
    retention.purge(store.durable());
  }

  /** Commit index of each other member, as far as this node knows it; -1 when it does not. */
  public Map<String, Long> peerCommits() {
    Map<String, Long> commits = new TreeMap<>();
    if (started && !closing) {
      for (CommitInfoProto info : division.getCommitInfos()) {
        String id = info.getServer().getId().toStringUtf8();
        if (!id.equals(settings.selfId())) {
          commits.put(id, info.getCommitIndex());
        }
      }
    }
    return commits;
  }

  /**
   * Gives leadership away if this node has it; blocks for the settings' handover timeout at most.
   */
  public void handOver() throws InterruptedException {
    if (started && !closing) {
      handover.run(settings.handoverTimeout());
    }
  }

  /**
   * Ends Ratis here; what is committed is applied before. Blocks, for a bounded time. Batches in
   * flight end as failed. Never called by a thread of Ratis.
   */
  public void close() {
    closing = true;
    FutureTask<Void> closed =
        new FutureTask<>(
            () -> {
              server.close();
              return null;
            });
    // Ratis waits here for its own threads, one of which may be stuck in a failing disk.
    Thread closer = new Thread(closed, "stele-raft-close-" + settings.selfId());
    closer.setDaemon(true);
    closer.start();
    try {
      closed.get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.atError()
          .addKeyValue("node", settings.selfId())
          .setCause(e)
          .log("Ratis did not close in an orderly way");
    }
    RatisMeters.unbind(memberId, syncs);
    for (Batch batch : inFlight) {
      batch.failed("this node is stopping");
    }
  }

  /** The Ratis server itself, for tests. */
  RaftServer server() {
    return server;
  }

  /**
   * What tests change.
   *
   * @param properties overrides
   * @param disk makes votes durable
   */
  public record Hooks(Consumer<RaftProperties> properties, Network network, DirectorySync disk) {
    /** Changes nothing. */
    public static final Hooks NONE = over(Network.REAL);

    /** Takes the place of the network, and changes nothing else. */
    public static Hooks over(Network network) {
      return new Hooks(properties -> {}, network, DirectorySync.FSYNC);
    }
  }
}
