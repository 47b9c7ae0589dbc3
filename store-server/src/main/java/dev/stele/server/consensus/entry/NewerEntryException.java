// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

/**
 * An entry says something that this release does not know. Nobody may guess what: a node that meets
 * it stops, and goes on once it runs the newer release.
 */
public final class NewerEntryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NewerEntryException(String what) {
    super("the log entry comes from a newer release, which this node needs to go on: " + what);
  }
}
