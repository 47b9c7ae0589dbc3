// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Objects;

/**
 * One condition of a transaction on one key.
 *
 * @param key whose fact is compared
 * @param relation how what stands must relate to what is given
 * @param target what is compared
 */
public record Compare(FactKey<?> key, Relation relation, Target target) {
  public Compare {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(relation, "relation");
    Objects.requireNonNull(target, "target");
  }

  /** There is such a fact. */
  public static Compare exists(FactKey<?> key) {
    return new Compare(key, Relation.EQUAL, new Exists(true));
  }

  /** There is no such fact. */
  public static Compare absent(FactKey<?> key) {
    return new Compare(key, Relation.EQUAL, new Exists(false));
  }

  /** The revision that made the fact, 0 when there is none, relates so to {@code revision}. */
  public static Compare createRevision(FactKey<?> key, Relation relation, long revision) {
    return new Compare(key, relation, new CreateRevision(revision));
  }

  /** The revision of the fact's last put, 0 when there is none, relates so to {@code revision}. */
  public static Compare modRevision(FactKey<?> key, Relation relation, long revision) {
    return new Compare(key, relation, new ModRevision(revision));
  }

  /** The fact's version, 0 when there is none, relates so to {@code version}. */
  public static Compare version(FactKey<?> key, Relation relation, long version) {
    return new Compare(key, relation, new Version(version));
  }

  /**
   * The fact's body relates so to {@code body}, byte by byte; without a fact only NOT_EQUAL holds.
   */
  public static <T> Compare body(FactKey<T> key, Relation relation, T body) {
    return new Compare(key, relation, new Body(key.kind().codec().encode(body)));
  }

  /**
   * The token of the lease that the fact is bound to, 0 when it is bound to none (of a lease
   * itself: its own token), relates so to {@code token}.
   */
  public static Compare leaseToken(FactKey<?> key, Relation relation, long token) {
    return new Compare(key, relation, new LeaseToken(token));
  }

  /** How what stands relates to what is given. */
  public enum Relation {
    EQUAL,
    NOT_EQUAL,
    GREATER,
    LESS
  }

  /** What is compared. */
  public sealed interface Target {}

  /** See {@link Compare#exists} and {@link Compare#absent}. */
  public record Exists(boolean exists) implements Target {}

  /** See {@link Compare#createRevision}. */
  public record CreateRevision(long revision) implements Target {}

  /** See {@link Compare#modRevision}. */
  public record ModRevision(long revision) implements Target {}

  /** See {@link Compare#version}. */
  public record Version(long version) implements Target {}

  /** See {@link Compare#leaseToken}. */
  public record LeaseToken(long token) implements Target {}

  /** See {@link Compare#body}. */
  public static final class Body implements Target {
    private final byte[] bytes;

    /** Keeps the array. */
    public Body(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Not a copy. */
    public byte[] bytes() {
      return bytes;
    }
  }
}
