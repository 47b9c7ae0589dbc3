// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Objects;
import java.util.Optional;

/** One step of a transaction's branch. Steps run in order and see what earlier ones did. */
public sealed interface Operation {
  /** Writes a fact. */
  static <T> Operation put(FactKey<T> key, T body) {
    return new Put(key, key.kind().codec().encode(body), Optional.empty());
  }

  /** Writes a fact and binds it to a lease, which must be held. */
  static <T> Operation put(FactKey<T> key, T body, LeaseRef lease) {
    return new Put(key, key.kind().codec().encode(body), Optional.of(lease));
  }

  /** Deletes one fact, if it is there. */
  static Operation delete(FactKey<?> key) {
    return new Delete(key);
  }

  /** Deletes what is selected, in one kind. */
  static Operation deleteAll(Selector selector) {
    return new DeleteAll(selector);
  }

  /** Reads one fact. */
  static Operation get(FactKey<?> key) {
    return new Get(key);
  }

  /**
   * Reads what is selected.
   *
   * @param limit facts, up to 1,000; 0 is as many as a page holds
   * @param keysOnly leaves the bodies out
   */
  static Operation list(Selector selector, int limit, boolean keysOnly) {
    return new ListFacts(selector, limit, keysOnly);
  }

  /** See {@link Operation#put(FactKey, Object)}. */
  final class Put implements Operation {
    private final FactKey<?> key;
    private final byte[] body;
    private final Optional<LeaseRef> lease;

    private Put(FactKey<?> key, byte[] body, Optional<LeaseRef> lease) {
      this.key = Objects.requireNonNull(key, "key");
      this.body = body;
      this.lease = lease;
    }

    public FactKey<?> key() {
      return key;
    }

    /** Not a copy. */
    public byte[] body() {
      return body;
    }

    public Optional<LeaseRef> lease() {
      return lease;
    }
  }

  /** See {@link Operation#delete}. */
  record Delete(FactKey<?> key) implements Operation {}

  /** See {@link Operation#deleteAll}. */
  record DeleteAll(Selector selector) implements Operation {}

  /** See {@link Operation#get}. */
  record Get(FactKey<?> key) implements Operation {}

  /** See {@link Operation#list}. */
  record ListFacts(Selector selector, int limit, boolean keysOnly) implements Operation {}
}
