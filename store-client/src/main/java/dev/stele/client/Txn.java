// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A transaction while it is put together: compares, then one of two branches, at one revision. Not
 * thread-safe. At most 128 compares, 128 operations a branch, 512 KiB.
 */
public interface Txn {
  /** All of these must hold for {@link #then} to run. None at all: it runs. Adds up over calls. */
  Txn when(Compare... compares);

  /** Steps for when all compares hold. Adds up over calls. */
  Txn then(Operation... operations);

  /** Steps for when one does not. Adds up over calls. */
  Txn orElse(Operation... operations);

  /** Leases that must be held, or the whole is refused as fenced. Adds up over calls. */
  Txn guardedBy(List<LeaseRef> guards);

  /** The same with a lease of this process; once it is lost, nothing is sent. */
  Txn guardedBy(LeaseHandle lease);

  /** Sends it, as a write even if it only reads. Compares that do not hold are no failure. */
  CompletableFuture<TxnResult> commit();
}
