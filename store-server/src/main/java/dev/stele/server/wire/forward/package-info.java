// SPDX-License-Identifier: Apache-2.0
/** Clients' writes that are passed on to the leader. */
@NullMarked
package dev.stele.server.wire.forward;

import org.jspecify.annotations.NullMarked;
