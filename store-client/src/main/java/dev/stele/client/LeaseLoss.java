// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/** Why a lease is lost. */
public enum LeaseLoss {
  /** No renewal was acknowledged in time, by the holder's own clock. */
  EXPIRED,
  /** The store says that the lease is not held with this token. */
  FENCED,
  /** Given up by {@link LeaseHandle#release} or {@link LeaseHandle#close}. */
  RELEASED,
  /** Given away by {@link LeaseHandle#handOver}. */
  HANDED_OVER,
  /** The client was closed, so that nothing renews it. */
  CLIENT_CLOSED
}
