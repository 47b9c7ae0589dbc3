// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/**
 * A client of one cluster. Thread-safe, meant to be shared and kept: it holds one connection to
 * each endpoint that it uses, sends writes and linearizable reads to the leader, and finds the next
 * one by itself. Before its first write it asks any node for the store time, unless an answer has
 * told it.
 *
 * <p>The client remembers the cluster's id and epoch from the first answer on and sends them with
 * each request, so that no answer of another history is ever mistaken for one of this.
 */
public interface StoreClient extends AutoCloseable {
  /**
   * A client with default settings. Nothing is connected before the first request.
   *
   * @param endpoints {@code host:port}, split by commas
   * @throws IllegalArgumentException when one of them is none
   */
  static StoreClient connect(String endpoints) {
    return builder().endpoints(endpoints).build();
  }

  /** A client with settings of its own. */
  static StoreClientBuilder builder() {
    return new StoreClientBuilder();
  }

  /** Reads and writes. */
  Facts facts();

  /**
   * What changes, in order. Watches have a connection of their own, apart from requests; those of
   * one client share it.
   */
  WatchBuilder watch(Selector selector);

  /**
   * Rights that one process has at a time. Renewals have a connection and a timer of their own,
   * apart from requests.
   */
  Leases leases();

  /** Who is there. */
  Members members();

  /** Where services are reached. */
  Services services();

  /** Who owns what. */
  Claims claims();

  /** What an operator asks. */
  Cluster cluster();

  /** The highest revision that any answer has shown; 0 before the first. It never goes back. */
  long lastRevision();

  /**
   * After a {@link dev.stele.client.error.WrongEpochException}, and once everything that was built
   * on earlier answers is dropped: forgets cluster id, epoch and last revision, so that the next
   * answer tells them anew.
   */
  void forgetEpoch();

  /**
   * Ends what is under way (sent writes as of unknown outcome), closes all watches and the
   * connections. Leases are lost here and not released: the store ends them with their TTL. Later
   * requests fail as unavailable. Does not wait for callbacks; waits up to five seconds for
   * transport threads.
   */
  @Override
  void close();
}
