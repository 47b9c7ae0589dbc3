// SPDX-License-Identifier: Apache-2.0
/** Apache ZooKeeper, by its own client. */
@NullMarked
package dev.stele.bench.compare.peer.zookeeper;

import org.jspecify.annotations.NullMarked;
