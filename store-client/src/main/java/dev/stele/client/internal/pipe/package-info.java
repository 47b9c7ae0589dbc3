// SPDX-License-Identifier: Apache-2.0
/** Many calls over one stream: what waits leaves as one message. */
@NullMarked
package dev.stele.client.internal.pipe;

import org.jspecify.annotations.NullMarked;
