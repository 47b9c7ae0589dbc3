// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

/**
 * How a node proves to another one that it belongs to the cluster, on calls that strangers must not
 * make.
 *
 * @param memberId who calls
 * @param secret shared by all nodes of the cluster
 */
public record PeerIdentity(String memberId, String secret) {
  /** Call metadata that carries the caller's id. */
  public static final String MEMBER_HEADER = "stele-peer";

  /** Call metadata that carries the secret. */
  public static final String SECRET_HEADER = "stele-peer-secret";

  @Override
  public String toString() {
    return "PeerIdentity[memberId=" + memberId + "]";
  }
}
