// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.facts;

import com.google.protobuf.ByteString;
import dev.stele.client.ClusterStatus;
import dev.stele.client.Deleted;
import dev.stele.client.Fact;
import dev.stele.client.FactChange;
import dev.stele.client.FactKey;
import dev.stele.client.Got;
import dev.stele.client.HistoryPage;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.NodeStatus;
import dev.stele.client.OperationResult;
import dev.stele.client.Page;
import dev.stele.client.PageToken;
import dev.stele.client.ResponseInfo;
import dev.stele.client.StateComparison;
import dev.stele.client.TxnResult;
import dev.stele.client.Written;
import dev.stele.client.kind.FactKind;
import dev.stele.proto.v1.Change;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HashResponse;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.StatusResponse;
import dev.stele.proto.v1.TxnResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Answers from messages. A body that is none of its kind is an IllegalArgumentException. */
public final class Answers {
  private Answers() {}

  static Written written(ResponseHeader header, PutResponse message) {
    return new Written(
        message.getRevision(),
        message.getCreateRevision(),
        message.getVersion(),
        message.getDuplicate(),
        info(header));
  }

  static <T> Fact<T> fact(FactKey<T> key, T body, Optional<LeaseRef> lease, PutResponse message) {
    return new Fact<>(
        key, body, message.getCreateRevision(), message.getRevision(), message.getVersion(), lease);
  }

  static Deleted deleted(ResponseHeader header, DeleteResponse message) {
    return new Deleted(
        message.getRevision(), message.getDeleted(), message.getDuplicate(), info(header));
  }

  static <T> Got<T> got(FactKey<T> key, ResponseHeader header, GetResponse message) {
    Optional<Fact<T>> fact =
        message.hasFact() ? Optional.of(fact(key, message.getFact())) : Optional.empty();
    return new Got<>(fact, info(header));
  }

  static <T> Page<T> page(
      Function<String, FactKey<T>> keys, ResponseHeader header, ListResponse message) {
    return new Page<>(
        message.getRevision(),
        facts(keys, message.getFactsList()),
        next(message.getMore(), message.getNextPageToken(), message.getRevision()),
        info(header));
  }

  static <T> HistoryPage<T> history(
      FactKey<T> key, ResponseHeader header, HistoryResponse message) {
    List<FactChange<T>> changes = new ArrayList<>(message.getChangesCount());
    for (Change change : message.getChangesList()) {
      Optional<Fact<T>> fact =
          change.hasFact() ? Optional.of(fact(key, change.getFact())) : Optional.empty();
      changes.add(new FactChange<>(change.getRevision(), fact, change.getPreviousRevision()));
    }
    return new HistoryPage<>(
        changes,
        next(message.getMore(), message.getNextPageToken(), header.getRevision()),
        info(header));
  }

  static TxnResult txn(ResponseHeader header, TxnResponse message) {
    List<OperationResult> results = new ArrayList<>(message.getResultsCount());
    for (dev.stele.proto.v1.OperationResult result : message.getResultsList()) {
      results.add(result(result));
    }
    return new TxnResult(
        message.getRevision(),
        message.getSucceeded(),
        results,
        message.getDuplicate(),
        info(header));
  }

  private static OperationResult result(dev.stele.proto.v1.OperationResult message) {
    return switch (message.getResultCase()) {
      case PUT -> new OperationResult.Put();
      case DELETE -> new OperationResult.Delete(message.getDelete().getDeleted());
      case GET ->
          new OperationResult.Get(
              message.getGet().hasFact()
                  ? Optional.of(rawFact(message.getGet().getFact()))
                  : Optional.empty());
      case LIST ->
          new OperationResult.Listed(
              facts(Keys::raw, message.getList().getFactsList()), message.getList().getMore());
      case RESULT_NOT_SET -> throw new IllegalArgumentException("a step has no result");
    };
  }

  /** How a cluster stands. */
  public static ClusterStatus status(ResponseHeader header, StatusResponse message) {
    List<NodeStatus> nodes = new ArrayList<>(message.getNodesCount());
    for (dev.stele.proto.v1.NodeStatus node : message.getNodesList()) {
      nodes.add(node(node));
    }
    return new ClusterStatus(message.getFloor(), message.getFeatureLevel(), nodes, info(header));
  }

  private static NodeStatus node(dev.stele.proto.v1.NodeStatus node) {
    NodeStatus.Role role =
        node.getRole() == dev.stele.proto.v1.NodeStatus.Role.UNRECOGNIZED
            ? NodeStatus.Role.UNKNOWN
            : NodeStatus.Role.valueOf(node.getRole().name());
    return new NodeStatus(
        node.getId(),
        node.getClient(),
        node.getPeer(),
        role,
        node.getHealthy(),
        node.getApplied(),
        node.getRevision(),
        node.getLagEntries(),
        node.getStoreBytes(),
        node.getVersion(),
        node.getTerm(),
        node.getDurable(),
        node.getHash(),
        node.getMaxFeatureLevel(),
        node.getDetail());
  }

  public static StateComparison comparison(ResponseHeader header, HashResponse message) {
    List<StateComparison.NodeHash> nodes = new ArrayList<>(message.getNodesCount());
    for (dev.stele.proto.v1.NodeHash node : message.getNodesList()) {
      nodes.add(
          new StateComparison.NodeHash(
              node.getId(),
              node.getAppliedIndex(),
              node.getRevision(),
              node.hasHash() ? OptionalLong.of(node.getHash()) : OptionalLong.empty(),
              node.getDetail()));
    }
    return new StateComparison(message.getAppliedIndex(), message.getEqual(), nodes, info(header));
  }

  /** The keys of a typed list. */
  static <T> Function<String, FactKey<T>> keysOf(FactKind<T> kind) {
    return text -> FactKey.parse(kind, text);
  }

  private static <T> List<Fact<T>> facts(
      Function<String, FactKey<T>> keys, List<dev.stele.proto.v1.Fact> messages) {
    List<Fact<T>> facts = new ArrayList<>(messages.size());
    for (dev.stele.proto.v1.Fact message : messages) {
      facts.add(fact(keys.apply(message.getKey().toStringUtf8()), message));
    }
    return facts;
  }

  /** A fact with its body as it is stored. */
  public static Fact<byte[]> rawFact(dev.stele.proto.v1.Fact message) {
    return fact(Keys.raw(message.getKey().toStringUtf8()), message);
  }

  private static <T> Fact<T> fact(FactKey<T> key, dev.stele.proto.v1.Fact message) {
    T body;
    try {
      body = key.kind().codec().decode(message.getBody().toByteArray());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
    Optional<LeaseRef> lease =
        message.hasLease()
            ? Optional.of(new LeaseRef(message.getLease().getName(), message.getLease().getToken()))
            : Optional.empty();
    return new Fact<>(
        key,
        body,
        message.getCreateRevision(),
        message.getModRevision(),
        message.getVersion(),
        lease);
  }

  private static Optional<PageToken> next(boolean more, ByteString token, long revision) {
    return more ? Optional.of(PageToken.of(token.toByteArray(), revision)) : Optional.empty();
  }

  /** Who answered. */
  public static ResponseInfo info(ResponseHeader header) {
    return new ResponseInfo(
        header.getClusterId(),
        header.getEpoch(),
        header.getMember(),
        header.getLeader(),
        header.getLeaderEndpoint(),
        header.getTerm(),
        header.getRevision(),
        header.getStoreTimeMillis(),
        Duration.ofMillis(header.getLeaderContactAgeMillis()));
  }
}
