// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.util.Locale;

/** How the contenders are called that the goals speak of. */
public final class Names {
  /** Stele through its client library. */
  public static final String STELE = "stele";

  /** Stele with one RPC an operation. */
  public static final String STELE_RAW = "stele (one RPC a call)";

  /** etcd through its gRPC methods. */
  public static final String ETCD = "etcd";

  /** ZooKeeper through its own client. */
  public static final String ZOOKEEPER = "zookeeper";

  private Names() {}

  /** Whether a contender of this name tells only what would be possible. */
  public static boolean isLimit(String name) {
    return !isStele(name) && !name.equals(ETCD) && !name.equals(ZOOKEEPER);
  }

  /** Whether it is ours. */
  public static boolean isStele(String name) {
    return name.equals(STELE) || name.equals(STELE_RAW);
  }

  /** A name without blanks and signs, for instance {@code stele-one-rpc-a-call}. */
  public static String id(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
  }

  /** Whether {@code asked} means the contender of this name. */
  public static boolean match(String name, String asked) {
    return name.equals(asked) || id(name).equals(asked);
  }
}
