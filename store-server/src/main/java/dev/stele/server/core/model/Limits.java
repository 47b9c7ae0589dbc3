// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * The bounds that decide outcomes, and so are the same at every replica. Others are configuration.
 */
public final class Limits {
  /** Characters of a kind's name. */
  public static final int KIND_MAX_CHARS = 32;

  /** Bytes of a key's name, the part behind {@code kind/}. */
  public static final int NAME_MAX_BYTES = 480;

  /** Bytes of a whole key. */
  public static final int KEY_MAX_BYTES = KIND_MAX_CHARS + 1 + NAME_MAX_BYTES;

  /** Bytes of any body, whatever its kind allows. */
  public static final int BODY_MAX_BYTES = 256 * 1024;

  /** Bytes of a body where its kind says nothing else. */
  public static final int BODY_DEFAULT_MAX_BYTES = 16 * 1024;

  /** Facts of a kind where its policy says nothing else. */
  public static final long KIND_DEFAULT_MAX_FACTS = 100_000;

  /** Bytes of all keys and bodies together. */
  public static final long STORE_MAX_BYTES = 4L << 30;

  public static final int TXN_MAX_COMPARES = 128;

  /** Operations of one branch. */
  public static final int TXN_MAX_OPERATIONS = 128;

  /** Bytes of keys and bodies in a whole transaction. */
  public static final int TXN_MAX_BYTES = 512 * 1024;

  /** Bytes of keys and bodies that the reads inside a transaction may return. */
  public static final int TXN_MAX_REPLY_BYTES = 1 << 20;

  /** Leases that guard one write. */
  public static final int GUARDS_MAX = 16;

  /** Facts that one command may delete, so that no command holds the apply thread for long. */
  public static final int DELETE_MAX_FACTS = 100_000;

  /** Commands of one log entry. */
  public static final int ENTRY_MAX_COMMANDS = 512;

  /** Encoded bytes of one log entry. */
  public static final int ENTRY_MAX_BYTES = 1 << 20;

  /** Facts on one page of a list. */
  public static final int PAGE_MAX_FACTS = 1_000;

  /** Bytes of keys and bodies on one page of a list. */
  public static final int PAGE_MAX_BYTES = 1 << 20;

  /** The most that one stamp moves store time. */
  public static final long STAMP_MAX_ADVANCE_MILLIS = 1_000;

  /** Policies of kinds. */
  public static final long KINDS_MAX = 256;

  /** Bytes of the JSON Schema of a kind. */
  public static final int JSON_SCHEMA_MAX_BYTES = 64 * 1024;

  /** Writes of a kind's budget, a second and at once. Far more than a store does. */
  public static final int BUDGET_MAX_WRITES = 1_000_000;

  /** Client sessions that are remembered at a time. */
  public static final long SESSIONS_MAX = 100_000;

  /** Bytes of all client sessions with their replies, about. */
  public static final long SESSIONS_MAX_BYTES = 256L << 20;

  /** Sequences of a session from its mark on that may be used. */
  public static final int SESSION_WINDOW = 256;

  /** Bytes of a reply that is kept for a retry, encoded. */
  public static final int SESSION_REPLY_MAX_BYTES = 4 * 1024;

  /** Store time without a write after which a session may be forgotten. */
  public static final long SESSION_TTL_MILLIS = 3_600_000;

  /** Sessions that one command forgets. */
  public static final int EXPIRE_MAX_SESSIONS = 1_000;

  /** Leases that are held at a time. */
  public static final long LEASES_MAX = 100_000;

  public static final long LEASE_MIN_TTL_MILLIS = 500;

  public static final long LEASE_MAX_TTL_MILLIS = 24 * 3_600_000L;

  /** Bytes of a holder's name. */
  public static final int LEASE_HOLDER_MAX_BYTES = 256;

  /** Bytes of a lease's metadata. */
  public static final int LEASE_METADATA_MAX_BYTES = 1024;

  /** Facts that are bound to one lease, so that its end does not hold the apply thread for long. */
  public static final long LEASE_MAX_BOUND_FACTS = 10_000;

  /** Bytes of the whole of a member's address. */
  public static final int ADDRESS_MAX_BYTES = 512;

  /** Endpoints that one registration writes. */
  public static final int REGISTRATION_MAX_ENDPOINTS = 64;

  /** Items of a pool that has a range. */
  public static final int RANGE_MAX_ITEMS = 65_536;

  /** Bytes of an item of a range: as many as the greatest number has digits. */
  public static final int RANGE_ITEM_MAX_BYTES = 19;

  public static final long DRAIN_MAX_MILLIS = 24 * 3_600_000L;

  /** The highest feature level whose rules this build knows. */
  public static final int FEATURE_LEVEL_MAX = 1;

  private Limits() {}
}
