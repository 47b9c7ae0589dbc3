// SPDX-License-Identifier: Apache-2.0
/** Endpoints: connections, which of them to use, and who leads. */
@NullMarked
package dev.stele.client.internal.link;

import org.jspecify.annotations.NullMarked;
