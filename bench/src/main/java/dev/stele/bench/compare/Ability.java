// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare;

/** What a row of the comparison asks of a contender. */
public enum Ability {
  PUT,
  LINEARIZABLE_GET,
  /** A read that any node answers from what it has. */
  LOCAL_GET,
  /** A write of two keys that happens only if a third one is as expected. */
  TRANSACTION,
  WATCH,
  /** Renewing many leases from one process. */
  LEASE,
  /** Handing out the items of a pool to those who hold leases. */
  CLAIM,
  /** Nodes can be killed and started again. */
  FAULTS
}
