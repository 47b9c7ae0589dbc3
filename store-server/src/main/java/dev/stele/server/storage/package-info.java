// SPDX-License-Identifier: Apache-2.0
/**
 * The replicated state on RocksDB, behind {@link dev.stele.server.port.StateStore}. Nobody outside
 * sees a RocksDB type.
 */
@NullMarked
package dev.stele.server.storage;

import org.jspecify.annotations.NullMarked;
