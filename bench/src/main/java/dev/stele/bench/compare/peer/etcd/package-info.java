// SPDX-License-Identifier: Apache-2.0
/** etcd, by its own gRPC API. */
@NullMarked
package dev.stele.bench.compare.peer.etcd;

import org.jspecify.annotations.NullMarked;
